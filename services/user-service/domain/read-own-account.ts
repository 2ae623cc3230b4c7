import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import type { PublicAccount } from './account.js';
import { toPublicAccount } from './account.js';

/**
 * The account that is signed in.
 * @throws AppError `not-found` when it is gone although its token is still good
 */
export async function readOwnAccount(identity: Identity, accounts: Accounts): Promise<PublicAccount> {
  const account = await accounts.findById(identity.userId);
  if (!account) throw new AppError('not-found', 'This account does not exist any more. Register a new one.');
  return toPublicAccount(account);
}
