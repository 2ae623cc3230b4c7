import type { GeoPoint } from '@quickbite/shared/http';
import type { Driver } from './driver.js';
import type { DriverRepository } from './driver-repository.js';
import { noProfile } from './read-driver.js';

/**
 * Records where a driver is now.
 * @throws AppError `not-found` when the account has no driver profile
 */
export async function moveDriver(drivers: DriverRepository, userId: string, location: GeoPoint): Promise<Driver> {
  const driver = await drivers.move(userId, location);
  if (!driver) throw noProfile();
  return driver;
}
