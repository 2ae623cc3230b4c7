import { ObjectId } from 'mongodb';
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { Point } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { profileCommands } from '../../steps/index.js';

/** Drivers of one city, over 20 by 20 km. */
export const CITY = 500;
const CITY_DEGREES = 0.18;
/** Cities lie 110 km apart, along the meridian. */
const APART_DEGREES = 1;
/** By this name they are found and taken away again, also those of a run that did not come to its end. */
const NAME = 'Driver of a counted fleet';
const BATCH = 1_000;

/** A search, as the database wrote it down. */
const profiled = z.looseObject({ docsExamined: z.number() });

const database = (run: ArmRun): Promise<Db> => run.inside.mongo('driver_service');

/**
 * Adds drivers, city by city, until there are so many. Straight into the database: 20,000 accounts would take an hour, and who
 * searches does not ask how they came there.
 */
export async function growFleet(run: ArmRun, from: number, to: number): Promise<void> {
  const drivers = (await database(run)).collection('drivers');
  for (let first = from; first < to; first += BATCH) {
    const size = Math.min(BATCH, to - first);
    await drivers.insertMany(Array.from({ length: size }, (_, n) => driver(run.cast.place, first + n)));
  }
}

/** Takes them all away. */
export async function dismissFleet(run: ArmRun): Promise<void> {
  await (await database(run)).collection('drivers').deleteMany({ name: NAME });
}

function driver(place: Point, n: number): Record<string, unknown> {
  const [longitude, latitude] = place.coordinates;
  const city = Math.floor(n / CITY);
  // Towards the equator and beyond it, so that no city lies past the pole.
  const south = (latitude > 0 ? -1 : 1) * city * APART_DEGREES;
  const at = new Date();
  const location = {
    type: 'Point',
    // The golden ratio spreads any number of points evenly, and the same ones each time.
    coordinates: [
      longitude + CITY_DEGREES * ((n % CITY) / CITY - 0.5),
      latitude + south + CITY_DEGREES * (((n * 0.618_034) % 1) - 0.5),
    ],
  };
  return {
    userId: new ObjectId(),
    name: NAME,
    vehicle: 'bicycle',
    status: 'available',
    location,
    locatedAt: at,
    lastSeenAt: at,
    historyAt: at,
    locationHistory: [],
    metrics: { rating: 5, ratingSum: 0, ratingCount: 0, deliveriesToday: 0, totalDeliveries: 0, day: '' },
    outbox: [],
    updatedAt: at,
  };
}

/** Lets the database write down what it does while `body` runs. @returns its searches for drivers */
export async function profile(run: ArmRun, body: () => Promise<void>): Promise<readonly z.infer<typeof profiled>[]> {
  const searches = {
    ns: 'driver_service.drivers',
    // How each of the two ways asks: the one by the index, the other for all who are available.
    $or: [{ 'command.pipeline.0.$geoNear': { $exists: true } }, { 'command.filter.status': 'available' }],
  };
  const noted = await profileCommands(await database(run), searches, body);
  return noted.map((one) => profiled.parse(one));
}

/** @returns whether the database refuses to count by `$near`, and counts by `$geoWithin` instead */
export async function countingNearby(
  run: ArmRun,
): Promise<{ readonly near: 'refused' | number; readonly within: number }> {
  const drivers = (await database(run)).collection('drivers');
  const { place } = run.cast;
  const [metres, earth] = [5_000, 6_378_100];
  const near = await drivers
    .countDocuments({ location: { $near: { $geometry: place, $maxDistance: metres } } })
    .catch(() => 'refused' as const);
  const circle = { $centerSphere: [place.coordinates, metres / earth] };
  return { near, within: await drivers.countDocuments({ location: { $geoWithin: circle } }) };
}
