import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import type { Device } from './account.js';
import { readOwnAccount } from './read-own-account.js';

/**
 * Registers a device for push messages. It leaves the account that had it before: on a phone that changes hands, nobody reads
 * the messages of its last owner.
 * @throws AppError `not-found` when the account is gone
 */
export async function registerDevice(identity: Identity, device: Device, accounts: Accounts): Promise<void> {
  await accounts.removeDeviceEverywhere(device.token);
  const added = await accounts.addDevice(identity.userId, device);
  if (!added) await readOwnAccount(identity, accounts);
}

/**
 * Stops push messages to a device.
 * @throws AppError `not-found` when it is not among the own ones
 */
export async function removeDevice({ userId }: Identity, token: string, accounts: Accounts): Promise<void> {
  const removed = await accounts.removeDevice(userId, token);
  if (!removed) throw new AppError('not-found', 'This account has no such device.');
}
