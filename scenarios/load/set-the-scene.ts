import { register } from './cast.js';
import type { Stage } from './cast.js';
import { goOnDuty } from './order-journey.js';
import { openRestaurants } from './restaurants.js';
import type { TestData } from './traffic.js';

/** How many of each to make. */
export interface SceneSize {
  readonly customers: number;
  readonly drivers: number;
  readonly restaurants: number;
}

/** Registering hashes a password: more at once only wait for each other. */
const AT_ONCE = 10;

/** Registers the people of a run, puts the drivers on duty and opens the restaurants. */
export async function setTheScene(stage: Stage, size: SceneSize): Promise<TestData> {
  const owner = await register(stage, 'restaurant_owner', 'Olivia Owner');
  const restaurants = await openRestaurants(stage, owner, size.restaurants);
  const customers = await several(size.customers, (n) => register(stage, 'customer', `Carl Customer ${n}`));
  const drivers = await several(size.drivers, async (n) =>
    goOnDuty(stage, await register(stage, 'driver', `Dora Driver ${n}`)),
  );
  return {
    restaurantIds: restaurants.map((restaurant) => restaurant.id),
    restaurants,
    owner,
    customers,
    drivers,
    place: stage.place,
  };
}

/** Makes so many, a few at a time, in order. */
async function several<T>(count: number, make: (n: string) => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const first = made.length;
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => make(String(first + n + 1)));
    made.push(...(await Promise.all(batch)));
  }
  return made;
}
