import { AppError } from '@quickbite/shared/errors';
import type { Accounts } from '../data-access/accounts.js';
import type { Preferences } from './preferences.js';

/** How to reach somebody: for the service that notifies, never for other people. */
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** E.164. */
  readonly phone?: string;
  /** For push messages, the most recently registered first. */
  readonly deviceTokens: readonly string[];
  readonly preferences: Preferences;
}

/**
 * Looks up how to reach somebody.
 * @throws AppError `not-found` when there is no such account
 */
export async function readContact(id: string, accounts: Accounts): Promise<Contact> {
  const account = await accounts.findById(id);
  if (!account) throw new AppError('not-found', `There is no account ${id}. Notify nobody.`);
  const { name, email, phone, devices, preferences } = account;
  return {
    id,
    name,
    email,
    ...(phone !== undefined && { phone }),
    deviceTokens: devices.map(({ token }) => token),
    preferences,
  };
}
