import { insertMissing } from '@quickbite/shared/database';
import type { City, SeedOutcome } from '@quickbite/shared/seed';
import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { DriverDocument } from './driver-model.js';

/** Creates the function that inserts the drivers of a city. */
export function createDriverSeeder(model: Model<DriverDocument>): (city: City) => Promise<SeedOutcome> {
  return async function seedDrivers({ couriers }) {
    const { FOUNDED_AT } = await import('@quickbite/shared/seed/city');
    const { inserted, present } = await insertMissing(
      model,
      couriers.map(({ id, profileId, vehicle, location, onDuty }) => ({
        _id: new Types.ObjectId(profileId),
        userId: new Types.ObjectId(id),
        vehicle,
        status: onDuty ? ('available' as const) : ('offline' as const),
        location,
        locationHistory: [{ location, at: FOUNDED_AT }],
        outbox: [],
        updatedAt: FOUNDED_AT,
      })),
    );
    return { inserted: { drivers: inserted }, present: { drivers: present } };
  };
}
