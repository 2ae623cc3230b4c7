import { AppError } from '@quickbite/shared/errors';
import type { CachedAnswer, RestaurantCache } from './restaurant-cache.js';
import type { Restaurant, RestaurantRepository } from './restaurant.js';

/**
 * One restaurant with its menu.
 * @param fresh past the cache: for prices that somebody is about to pay
 * @throws AppError `not-found`
 */
export function getRestaurant(
  dependencies: { readonly restaurants: RestaurantRepository; readonly cache: RestaurantCache },
  id: string,
  fresh: boolean,
): Promise<CachedAnswer<Restaurant>> {
  const { restaurants, cache } = dependencies;
  return cache.restaurant(id, fresh, () => requireRestaurant(restaurants, id));
}

/** @throws AppError `not-found` */
export async function requireRestaurant(restaurants: RestaurantRepository, id: string): Promise<Restaurant> {
  const restaurant = await restaurants.findById(id);
  if (!restaurant) throw new AppError('not-found', `There is no restaurant ${id}.`);
  return restaurant;
}
