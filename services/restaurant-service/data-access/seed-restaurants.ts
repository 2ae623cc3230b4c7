import { insertMissing } from '@quickbite/shared/database';
import type { City, SeedOutcome } from '@quickbite/shared/seed';
import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { RestaurantDocument } from './restaurant-model.js';

const EXAMPLES = 3;

/** Creates the function that inserts the restaurants of a city. They are not announced: nobody can have an older copy of them. */
export function createRestaurantSeeder(model: Model<RestaurantDocument>): (city: City) => Promise<SeedOutcome> {
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
