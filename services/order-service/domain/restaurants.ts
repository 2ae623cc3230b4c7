import type { GeoPoint, Money } from '@quickbite/shared/http';
import type { Identity } from '@quickbite/shared/identity';

/** What an order needs to know of a restaurant. */
export interface Restaurant {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly location: GeoPoint;
  readonly menu: readonly { readonly id: string; readonly name: string; readonly price: Money }[];
}

/** Where restaurants and their prices come from. */
export interface Restaurants {
  /** The restaurant as it is now, not a cached copy; undefined when there is none. */
  findById(id: string, caller: Identity): Promise<Restaurant | undefined>;
}
