import { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { ArmRun } from '../../protocol/index.js';
import type { Tap } from '../../steps/index.js';

/** Drivers wait along a street: the first this far from the restaurant, each next one as much farther. */
const STEP_METERS = 50;
const METERS_PER_DEGREE = 111_195;

/** The driver who waits next to the restaurant is the one whom customers like least. */
const RATINGS = { first: 4.4, others: 4.9 } as const;

const assigned = z.looseObject({
  data: z.looseObject({ orderId: z.string(), driverId: z.string(), distanceMeters: z.number() }),
});
export type Assignment = z.infer<typeof assigned>['data'];

/** A new day: everybody waits in their place, and has delivered nothing yet. */
export async function beginShift(run: ArmRun): Promise<void> {
  const { drivers, place } = run.cast;
  const [longitude, latitude] = place.coordinates;
  for (const [n, driver] of drivers.entries()) {
    const north = ((n + 1) * STEP_METERS) / METERS_PER_DEGREE;
    const location = { type: 'Point', coordinates: [longitude, latitude + north] };
    (await run.api(driver).put('/api/drivers/me', { vehicle: 'bicycle', status: 'available', location })).expect(200);
  }
  const profiles = (await run.inside.mongo('driver_service')).collection('drivers');
  for (const [n, { profileId }] of drivers.entries()) {
    const rating = n === 0 ? RATINGS.first : RATINGS.others;
    const metrics = { rating, ratingSum: 0, ratingCount: 0, deliveriesToday: 0, totalDeliveries: 0, day: '' };
    await profiles.updateOne({ _id: new ObjectId(profileId) }, { $set: { metrics } });
  }
}

/** Waits until everybody is back and free. */
export async function untilFree(run: ArmRun): Promise<void> {
  const profiles = (await run.inside.mongo('driver_service')).collection('drivers');
  const ids = run.cast.drivers.map(({ profileId }) => new ObjectId(profileId));
  await run.until('all drivers are free', async () =>
    (await profiles.countDocuments({ _id: { $in: ids }, status: 'available' })) === ids.length ? true : undefined,
  );
}

/** Who was given these orders, and from how far away. */
export function assignmentsOf(run: ArmRun, tap: Tap, orderIds: ReadonlySet<string>): Promise<readonly Assignment[]> {
  return run.until('the tap has heard of every order', () => {
    const heard = tap.heard.map((body) => assigned.parse(JSON.parse(body)).data);
    const theirs = new Map(heard.filter(({ orderId }) => orderIds.has(orderId)).map((one) => [one.orderId, one]));
    return Promise.resolve(theirs.size === orderIds.size ? [...theirs.values()] : undefined);
  });
}

/** How unequal a sharing-out is: 0 when all have the same, near 1 when one has everything. */
export function gini(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, one) => sum + one, 0);
  if (total === 0) return 0;
  const differences = amounts.flatMap((a) => amounts.map((b) => Math.abs(a - b))).reduce((sum, one) => sum + one, 0);
  return differences / (2 * amounts.length * total);
}
