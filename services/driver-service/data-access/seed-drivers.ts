import { insertMissing } from '@quickbite/shared/database';
import type { City, SeedOutcome } from '@quickbite/shared/seed';
import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { Driver } from '../domain/driver.js';
import { newMetrics, toDriver } from './driver-model.js';
import type { DriverDocument } from './driver-model.js';

/**
 * Creates the function that inserts the drivers of a city.
 * @param onSeen told of them as they are now: a seed is a sign of life
 */
export function createDriverSeeder(
  model: Model<DriverDocument>,
  now: () => Date,
  onSeen: (drivers: readonly Driver[]) => void,
): (city: City) => Promise<SeedOutcome> {
  return async function seedDrivers({ couriers }) {
    const { FOUNDED_AT } = await import('@quickbite/shared/seed/city');
    const seenAt = now();
    const { inserted, present } = await insertMissing(
      model,
      couriers.map(({ id, profileId, name, vehicle, location, onDuty, rating }) => ({
        _id: new Types.ObjectId(profileId),
        userId: new Types.ObjectId(id),
        name,
        vehicle,
        status: onDuty ? ('available' as const) : ('offline' as const),
        location,
        locatedAt: FOUNDED_AT,
        lastSeenAt: seenAt,
        historyAt: FOUNDED_AT,
        locationHistory: [{ location, at: FOUNDED_AT }],
        metrics: { ...newMetrics, rating },
        outbox: [],
        updatedAt: FOUNDED_AT,
      })),
    );
    // Nobody moves them: a seed is their sign of life, and the next one again.
    const ids = couriers.map(({ profileId }) => profileId);
    await model.updateMany({ _id: { $in: ids } }, { $max: { lastSeenAt: seenAt } });
    const seeded = await model.find({ _id: { $in: ids } }, { locationHistory: 0, outbox: 0 }).lean<DriverDocument[]>();
    onSeen(seeded.map((document) => toDriver(document, seenAt)));
    return { inserted: { drivers: inserted }, present: { drivers: present } };
  };
}
