import { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { ArmRun } from '../../protocol/index.js';

const named = z.looseObject({ name: z.string() });

/** The owner gives a restaurant another name. @returns how long it took to be answered, ms */
export async function rename(run: ArmRun, id: string, name: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await run.api(run.cast.owner).patch(`/api/restaurants/${id}`, { name });
  answer.expect(200);
  return performance.now() - startedAt;
}

/** Whether MongoDB has the name; looked up directly, past the slow connection. */
export async function isStored(run: ArmRun, id: string, name: string): Promise<boolean> {
  const restaurants = (await run.inside.mongo('restaurant_service')).collection('restaurants');
  return (await restaurants.findOne({ _id: new ObjectId(id) }))?.['name'] === name;
}

/** What a customer sees, past the gateway and its copies, and whether a copy answered. */
export async function copyOf(
  run: ArmRun,
  id: string,
): Promise<{ readonly name: string; readonly outcome: string | undefined }> {
  const answer = await run.api(undefined, { at: 'restaurant-service' }).get(`/api/restaurants/${id}`);
  return { name: answer.expect(200).read(named).name, outcome: answer.headers['x-cache'] };
}
