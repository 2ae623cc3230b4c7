import { AppError } from '@quickbite/shared/errors';
import type { Driver } from './driver.js';
import type { DriverRepository } from './driver-repository.js';

/** The error of an account that asks for its profile and has none. */
export function noProfile(): AppError {
  return new AppError('not-found', 'This account has no driver profile yet. Create it with PUT /api/drivers/me.');
}

/**
 * Reads a driver's own profile, with the order that they carry.
 * @throws AppError `not-found` when the account has no driver profile
 */
export async function readOwnProfile(drivers: DriverRepository, userId: string): Promise<Driver> {
  const driver = await drivers.findByUser(userId);
  if (!driver) throw noProfile();
  return driver;
}

/** What a customer may see of a driver. */
export type PublicDriver = Pick<Driver, 'id' | 'vehicle' | 'location'> & {
  readonly name?: string;
  readonly rating: number;
  /** When the driver was there. */
  readonly updatedAt: string;
};

/**
 * Reads a driver as others see them: whose account it is and which order they carry stays inside.
 * @throws AppError `not-found` when there is no such driver
 */
export async function readDriver(drivers: DriverRepository, driverId: string): Promise<PublicDriver> {
  const driver = await drivers.findById(driverId);
  if (!driver)
    throw new AppError('not-found', `There is no driver ${driverId}. Take the id from an order or from nearby.`);
  const { id, name, vehicle, location, locatedAt, metrics } = driver;
  return { id, ...(name !== undefined && { name }), vehicle, rating: metrics.rating, location, updatedAt: locatedAt };
}
