import { createEateries } from './eateries.js';
import type { Eatery } from './eateries.js';
import { createCitizens, createCouriers, createCustomers } from './people.js';
import type { Citizen, Courier, Customer } from './people.js';

export { FOUNDED_AT } from './random.js';
export type { Citizen, Courier, Customer } from './people.js';
export type { Eatery } from './eateries.js';

/** How much there is of everything. */
export const SIZE = { restaurants: 500, owners: 350, drivers: 300, customers: 1000, admins: 1 } as const;

/** The password of every account of a seeded city. Its hash is made once and shared: good enough for a lab, and nowhere else. */
export const CITY_PASSWORD = 'Quickbite-lab-1';

/** A city, complete. The same seed gives the same city, in every service and on every machine. */
export interface City {
  readonly seed: number;
  readonly admins: readonly Citizen[];
  readonly owners: readonly Citizen[];
  readonly couriers: readonly Courier[];
  readonly customers: readonly Customer[];
  readonly eateries: readonly Eatery[];
}

/** Makes a city. Pure: it reads no clock and no chance but the seed. */
export function createCity(seed: number): City {
  const [first, ...others] = createCitizens(seed, 'restaurant_owner', SIZE.owners, 'owner');
  if (!first) throw new Error('expected a city with at least one owner');
  const owners = [first, ...others] as const;
  return {
    seed,
    admins: createCitizens(seed, 'admin', SIZE.admins),
    owners,
    couriers: createCouriers(seed, SIZE.drivers),
    customers: createCustomers(seed, SIZE.customers),
    eateries: createEateries(seed, SIZE.restaurants, owners),
  };
}
