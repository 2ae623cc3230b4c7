import { AppError } from '@quickbite/shared/errors';
import type { GeoPoint, Money } from '@quickbite/shared/http';
import type { Identity } from '@quickbite/shared/identity';

/** What an order needs to know of a restaurant. */
export interface Restaurant {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly cuisine: string;
  readonly location: GeoPoint;
  readonly menu: readonly { readonly id: string; readonly name: string; readonly price: Money }[];
}

/** What a list of orders says of a restaurant. */
export type RestaurantLabel = Pick<Restaurant, 'id' | 'name' | 'cuisine'>;

/** Where restaurants and their prices come from. */
export interface Restaurants {
  /** The restaurant as it is now, not a cached copy; undefined when there is none. */
  findById(id: string, caller: Identity): Promise<Restaurant | undefined>;
  /** What one is called; a cached copy will do. */
  label(id: string, caller: Identity): Promise<RestaurantLabel | undefined>;
  /** What up to 100 are called, in one call; those that there are none for are left out. */
  labels(ids: readonly string[], caller: Identity): Promise<readonly RestaurantLabel[]>;
}

/** @throws AppError `not-found` */
export async function requireRestaurant(restaurants: Restaurants, id: string, caller: Identity): Promise<Restaurant> {
  const restaurant = await restaurants.findById(id, caller);
  if (!restaurant) throw new AppError('not-found', `There is no restaurant ${id}.`);
  return restaurant;
}
