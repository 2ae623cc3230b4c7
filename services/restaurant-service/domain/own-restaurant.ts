import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { CachedRestaurantWrites } from './restaurant-cache.js';
import type { Restaurant } from './restaurant.js';

/** The answer to whoever asks for a restaurant that is not there. */
export function noSuchRestaurant(id: string, headers: Readonly<Record<string, string>> = {}): AppError {
  return new AppError('not-found', `There is no restaurant ${id}.`, { headers });
}

/**
 * A restaurant as it is now, for a change by its owner.
 * @throws AppError `not-found`; `not-allowed` for anybody else
 */
export async function requireOwn(cache: CachedRestaurantWrites, owner: Identity, id: string): Promise<Restaurant> {
  const restaurant = await cache.current(id);
  if (!restaurant) throw noSuchRestaurant(id);
  if (restaurant.ownerId !== owner.userId)
    throw new AppError('not-allowed', 'Only the owner of a restaurant may change it.');
  return restaurant;
}
