import { createHash } from 'node:crypto';
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
export async function registerDevice(
  identity: Identity,
  { token, platform }: Omit<Device, 'id'>,
  accounts: Accounts,
): Promise<Device> {
  const device = { id: deviceId(token), token, platform };
  await accounts.removeDeviceEverywhere(device.id);
  const added = await accounts.addDevice(identity.userId, device);
  if (!added) await readOwnAccount(identity, accounts);
  return device;
}

/**
 * Stops push messages to a device.
 * @throws AppError `not-found` when it is not among the own ones
 */
export async function removeDevice({ userId }: Identity, id: string, accounts: Accounts): Promise<void> {
  const removed = await accounts.removeDevice(userId, id);
  if (!removed) throw new AppError('not-found', 'This account has no such device.');
}

/** 96 bits of its hash, as long as other ids: nobody finds a second token with the same ones. */
const deviceId = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 24);
