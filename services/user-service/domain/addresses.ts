import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import { MAX_ADDRESSES } from './account.js';
import type { Address } from './account.js';
import { readOwnAccount } from './read-own-account.js';

/**
 * Adds an address to the own account.
 * @throws AppError `conflict` when there are as many as there may be, `not-found` when the account is gone
 */
export async function addAddress(
  identity: Identity,
  address: Omit<Address, 'id'>,
  accounts: Accounts,
): Promise<Address> {
  const added = await accounts.addAddress(identity.userId, address);
  if (added) return added;
  await readOwnAccount(identity, accounts);
  throw new AppError('conflict', `An account has at most ${MAX_ADDRESSES} addresses. Delete one first.`);
}

/**
 * Removes one of the own addresses.
 * @throws AppError `not-found` when it is not among them
 */
export async function removeAddress({ userId }: Identity, addressId: string, accounts: Accounts): Promise<void> {
  const removed = await accounts.removeAddress(userId, addressId);
  if (!removed) throw new AppError('not-found', `This account has no address ${addressId}.`);
}
