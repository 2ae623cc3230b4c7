import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import { accountGone } from './account-gone.js';
import type { Account } from './account.js';

/**
 * The account that is signed in.
 * @throws AppError `not-found` when it is gone although its token is still good
 */
export async function readOwnAccount({ userId }: Identity, accounts: Accounts): Promise<Account> {
  const account = await accounts.findById(userId);
  if (!account) throw accountGone();
  return account;
}
