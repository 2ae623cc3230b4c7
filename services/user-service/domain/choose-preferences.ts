import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import { accountGone } from './account-gone.js';
import type { Preferences } from './preferences.js';

/**
 * Replaces how somebody wants to be notified.
 * @throws AppError `not-found` when the account is gone
 */
export async function choosePreferences(
  { userId }: Identity,
  preferences: Preferences,
  accounts: Accounts,
): Promise<Preferences> {
  const account = await accounts.setPreferences(userId, preferences);
  if (!account) throw accountGone();
  return account.preferences;
}
