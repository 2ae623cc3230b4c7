import { AppError } from '@quickbite/shared/errors';
import { geoPoint, money, objectId } from '@quickbite/shared/http';
import { signIdentity } from '@quickbite/shared/identity';
import type { Identity } from '@quickbite/shared/identity';
import type { Upstream } from '@quickbite/shared/resilience';
import { z } from 'zod';
import type { Restaurants } from '../domain/restaurants.js';

const labelAnswer = z.object({ id: objectId, name: z.string(), cuisine: z.string() });
const answer = labelAnswer.extend({
  ownerId: objectId,
  location: geoPoint,
  menu: z.array(z.object({ id: objectId, name: z.string(), price: money })),
});
const batchAnswer = z.object({ items: z.array(labelAnswer) });

/** Somebody is about to pay these prices: they must be the menu's, not those of a copy from ten minutes ago. */
const PAST_THE_CACHE = { 'cache-control': 'no-cache' };

/** Restaurants over HTTP from restaurant-service. */
export function createHttpRestaurants(options: {
  readonly upstream: Upstream;
  readonly identitySecret: string;
  /** ms; asked at each call. */
  readonly timeoutMs: () => number;
}): Restaurants {
  const { upstream, identitySecret, timeoutMs } = options;

  /** @returns undefined for a 404 */
  async function read(
    path: string,
    caller: Identity,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await upstream.request({
      method: 'GET',
      path,
      headers,
      identity: signIdentity(caller, identitySecret),
      timeoutMs: timeoutMs(),
    });
    if (response.status === 404) return undefined;
    if (response.status !== 200)
      throw new AppError(
        'upstream-unreachable',
        `restaurant-service answered ${response.status} to GET ${path}. Try again later.`,
      );
    return JSON.parse(response.body.toString('utf8'));
  }

  return {
    async findById(id, caller) {
      const found = await read(`/api/restaurants/${id}`, caller, PAST_THE_CACHE);
      return found === undefined ? undefined : answer.parse(found);
    },
    async label(id, caller) {
      const found = await read(`/api/restaurants/${id}`, caller);
      return found === undefined ? undefined : labelAnswer.parse(found);
    },
    async labels(ids, caller) {
      return batchAnswer.parse(await read(`/api/restaurants/batch?ids=${ids.join(',')}`, caller)).items;
    },
  };
}
