import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { OrderSummary } from './order-repository.js';
import type { RestaurantLabel, Restaurants } from './restaurants.js';

/** Where the names in a list of orders come from. */
export const listStrategies = ['denormalised', 'batch', 'n-plus-one'] as const;
export type ListStrategy = (typeof listStrategies)[number];

/** A call to restaurant-service for a list, and how it ended. */
export interface Lookup {
  readonly strategy: ListStrategy;
  readonly outcome: 'answered' | 'failed';
}

export interface NamingDependencies {
  readonly restaurants: Restaurants;
  readonly listStrategy: () => ListStrategy;
  readonly countLookup: (lookup: Lookup) => void;
}

/**
 * Says what the restaurants of a page of orders are called: from the copies in the orders, from restaurant-service in one call, or
 * from there in one call for each order, one after the other, as an ORM would without being told better.
 * @returns those that could be learnt; what is missing is the caller's to mark
 */
export async function nameRestaurants(
  dependencies: NamingDependencies,
  orders: readonly OrderSummary[],
  caller: Identity,
): Promise<readonly RestaurantLabel[]> {
  const { restaurants, listStrategy } = dependencies;
  const strategy = listStrategy();
  const ids = orders.map(({ restaurantId }) => restaurantId);
  switch (strategy) {
    case 'denormalised':
      return orders.map(({ restaurantId: id, restaurantName: name, restaurantCuisine: cuisine }) => ({
        id,
        name,
        cuisine,
      }));
    case 'batch':
      if (ids.length === 0) return [];
      return (await look(dependencies, strategy, () => restaurants.labels([...new Set(ids)], caller))) ?? [];
    case 'n-plus-one': {
      const labels: RestaurantLabel[] = [];
      for (const id of ids) {
        const found = await look(dependencies, strategy, async () => [await restaurants.label(id, caller)]);
        // Who did not answer now will not for the others: each would cost a timeout.
        if (!found) break;
        labels.push(...found.filter((label) => label !== undefined));
      }
      return labels;
    }
  }
}

/** @returns undefined when restaurant-service did not answer */
async function look<T>(
  { countLookup }: NamingDependencies,
  strategy: ListStrategy,
  call: () => Promise<readonly T[]>,
): Promise<readonly T[] | undefined> {
  try {
    const found = await call();
    countLookup({ strategy, outcome: 'answered' });
    return found;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    countLookup({ strategy, outcome: 'failed' });
    return undefined;
  }
}
