import type { Model } from 'mongoose';
import type { NearbyDriver } from '../domain/driver.js';
import type { NearbySearch } from '../domain/driver-repository.js';
import { straightLineMeters } from '../domain/trip.js';
import type { DriverDocument } from './driver-model.js';

/** What a search reads of a driver. */
const SHOWN = { userId: 1, vehicle: 1, location: 1, metrics: 1 } as const;
type Found = Pick<NearbyDriver, 'distance'> & Pick<DriverDocument, '_id' | keyof typeof SHOWN>;

/** Who could take an order: available, and seen since. */
function couldCome({ heartbeatMs }: NearbySearch, now: Date) {
  const seen = heartbeatMs > 0 && { lastSeenAt: { $gte: new Date(now.getTime() - heartbeatMs) } };
  return { status: 'available' as const, ...seen };
}

/** The geospatial index finds them, nearest first. `$near` in a `find` would do so too, and not tell how far it is. */
export function nearByIndex(model: Model<DriverDocument>, search: NearbySearch, now: Date): Promise<readonly Found[]> {
  const { location, radiusMeters, limit } = search;
  return model.aggregate<Found>([
    {
      $geoNear: {
        near: location,
        distanceField: 'distance',
        maxDistance: radiusMeters,
        query: couldCome(search, now),
        spherical: true,
      },
    },
    { $limit: limit },
    { $project: { ...SHOWN, distance: 1 } },
  ]);
}

/** The same without the index, as a lesson: reads everybody who could come, wherever they are, and computes and sorts here. */
export async function nearByScan(
  model: Model<DriverDocument>,
  search: NearbySearch,
  now: Date,
): Promise<readonly Found[]> {
  const { location, radiusMeters, limit } = search;
  const everybody = await model.find(couldCome(search, now), SHOWN).lean<Omit<Found, 'distance'>[]>();
  return everybody
    .map((driver) => ({ ...driver, distance: straightLineMeters(location, driver.location) }))
    .filter(({ distance }) => distance <= radiusMeters)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit);
}
