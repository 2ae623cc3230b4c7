import { AppError } from '@quickbite/shared/errors';
import { geoPoint, money, objectId } from '@quickbite/shared/http';
import { signIdentity } from '@quickbite/shared/identity';
import type { Upstream } from '@quickbite/shared/resilience';
import { z } from 'zod';
import type { Restaurants } from '../domain/restaurants.js';

const answer = z.object({
  id: objectId,
  ownerId: objectId,
  name: z.string(),
  location: geoPoint,
  menu: z.array(z.object({ id: objectId, name: z.string(), price: money })),
});

/** Restaurants over HTTP from restaurant-service. */
export function createHttpRestaurants(options: {
  readonly upstream: Upstream;
  readonly identitySecret: string;
  /** ms; asked at each call. */
  readonly timeoutMs: () => number;
}): Restaurants {
  const { upstream, identitySecret, timeoutMs } = options;
  return {
    async findById(id, caller) {
      const response = await upstream.request({
        method: 'GET',
        path: `/api/restaurants/${id}`,
        // Somebody is about to pay these prices: they must be the menu's, not those of a copy from ten minutes ago.
        headers: { 'cache-control': 'no-cache' },
        identity: signIdentity(caller, identitySecret),
        timeoutMs: timeoutMs(),
      });
      if (response.status === 404) return undefined;
      if (response.status !== 200)
        throw new AppError(
          'upstream-unreachable',
          `restaurant-service answered ${response.status} when asked for a menu. Try again later.`,
        );
      return answer.parse(JSON.parse(response.body.toString('utf8')));
    },
  };
}
