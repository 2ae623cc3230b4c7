import { AppError } from '@quickbite/shared/errors';
import type { Driver, DriverProfile } from './driver.js';
import type { DriverRepository } from './driver-repository.js';

/** Rounds through the states below; a driver's state changes between two of them only if an order comes or goes. */
const MAX_ROUNDS = 3;

/**
 * Creates or updates a driver's own profile. A busy driver stays busy: they become available when the order ends.
 * @throws AppError `conflict` when a busy driver wants to go offline
 */
export async function saveProfile(
  drivers: DriverRepository,
  userId: string,
  profile: DriverProfile,
): Promise<{ readonly driver: Driver; readonly created: boolean }> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const idle = await drivers.updateIdle(userId, profile);
    if (idle) return { driver: idle, created: false };
    const busy = await (profile.status === 'offline'
      ? drivers.findByUser(userId)
      : drivers.updateBusy(userId, profile));
    if (busy && profile.status === 'available') return { driver: busy, created: false };
    if (busy?.status === 'busy')
      throw new AppError(
        'conflict',
        'A driver with an order cannot go offline. Deliver it, or decline it while it is an offer, then go offline.',
      );
    const created = busy ? undefined : await drivers.create(userId, profile);
    if (created) return { driver: created, created: true };
  }
  throw new AppError('conflict', 'The profile kept changing while it was saved. Send it again.');
}
