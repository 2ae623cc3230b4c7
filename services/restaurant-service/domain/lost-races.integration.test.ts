import { connectMongo } from '@quickbite/shared/database';
import { createLogger } from '@quickbite/shared/logging';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDishes } from '../data-access/dishes.js';
import { createRestaurantRepository } from '../data-access/mongo-restaurant-repository.js';
import { createRestaurantModel } from '../data-access/restaurant-model.js';
import { createStoredMenus } from '../data-access/stored-menus.js';
import { createRestaurant } from './create-restaurant.js';
import type { CachedRestaurantWrites } from './restaurant-cache.js';
import type { RestaurantRepository } from './restaurant.js';
import { updateRestaurant } from './update-restaurant.js';

const logger = createLogger({ service: 'test', level: 'error' });
const owner = { userId: 'a'.repeat(24), role: 'restaurant_owner' } as const;
/** No cache at all: these tests are about the database. */
const uncached = (restaurants: RestaurantRepository): CachedRestaurantWrites => ({
  current: (id) => restaurants.findById(id),
  write: (write) => restaurants.update(write),
  flush: () => Promise.resolve(),
  invalidate: () => Promise.resolve(),
});

describe('two who change a restaurant at the same moment', () => {
  let mongo: StartedEngine;
  let restaurants: RestaurantRepository;
  let close: () => Promise<void>;

  beforeAll(async () => {
    mongo = await startEngine('mongo');
    const url = `mongodb://127.0.0.1:${mongo.port}/restaurant_service`;
    const connection = await connectMongo({ url, service: 'test', logger });
    const model = await createRestaurantModel(connection);
    const menus = createStoredMenus({
      model,
      dishes: createDishes(connection),
      settings: () => ({ storage: 'embedded', lookup: 'together' }),
      onQuery: () => undefined,
    });
    restaurants = createRestaurantRepository({ model, menus, now: () => new Date() });
    close = () => connection.close();
  });
  afterAll(async () => {
    await close();
    await mongo.stop();
  });

  it('cannot overwrite each other: the one who read first and writes second gets a conflict', async () => {
    const dependencies = {
      restaurants,
      cache: uncached(restaurants),
      logger,
      now: () => new Date(),
      nudgeOutbox: () => undefined,
    };
    const { id } = await createRestaurant(dependencies, owner, {
      name: 'Bangkok Kitchen',
      description: '',
      cuisine: 'thai',
      location: { type: 'Point', coordinates: [13.4, 52.5] },
      menu: [],
    });
    const overtaken: RestaurantRepository = {
      ...restaurants,
      async findById(wanted) {
        const restaurant = await restaurants.findById(wanted);
        await updateRestaurant(dependencies, owner, id, { name: 'The faster one' });
        return restaurant;
      },
    };
    const slow = updateRestaurant({ ...dependencies, cache: uncached(overtaken) }, owner, id, {
      name: 'The slower one',
    });
    await expect(slow).rejects.toMatchObject({ slug: 'conflict' });
    expect(await restaurants.findById(id)).toMatchObject({ name: 'The faster one', version: 2 });
  });
});
