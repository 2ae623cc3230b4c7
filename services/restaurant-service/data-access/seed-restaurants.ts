import type { Cache } from '@quickbite/shared/cache';
import { insertMissing } from '@quickbite/shared/database';
import type { City, SeedOutcome } from '@quickbite/shared/seed';
import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { RestaurantDocument } from './restaurant-model.js';

const EXAMPLES = 3;

/** Creates the function that inserts the restaurants of a city, and evicts the copies of a world without them. */
export function createRestaurantSeeder(
  model: Model<RestaurantDocument>,
  cache: Cache,
): (city: City) => Promise<SeedOutcome> {
  return async function seedRestaurants({ eateries }) {
    const { FOUNDED_AT } = await import('@quickbite/shared/seed/city');
    const { inserted, present } = await insertMissing(
      model,
      eateries.map(({ id, ownerId, menu, ...eatery }) => ({
        ...eatery,
        _id: new Types.ObjectId(id),
        ownerId: new Types.ObjectId(ownerId),
        menu: menu.map(({ id: dishId, ...dish }) => ({ ...dish, _id: new Types.ObjectId(dishId) })),
        version: 1,
        createdAt: FOUNDED_AT,
        updatedAt: FOUNDED_AT,
        outbox: [],
      })),
    );
    // Without Redis there are no copies either.
    await cache.evictMatching(['restaurant:*', 'restaurants:*'], 'restaurants').catch(() => undefined);
    return {
      inserted: { restaurants: inserted },
      present: { restaurants: present },
      examples: {
        restaurants: eateries
          .slice(0, EXAMPLES)
          .map(({ id, name, cuisine, menu }) => ({ id, name, cuisine, dish: menu[0] })),
      },
    };
  };
}
