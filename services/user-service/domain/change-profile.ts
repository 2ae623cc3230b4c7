import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import { accountGone } from './account-gone.js';
import type { Account, ProfileChange } from './account.js';

/**
 * Changes what is given and leaves the rest.
 * @throws AppError `not-found` when the account is gone
 */
export async function changeProfile({ userId }: Identity, change: ProfileChange, accounts: Accounts): Promise<Account> {
  const account = await accounts.changeProfile(userId, change);
  if (!account) throw accountGone();
  return account;
}
