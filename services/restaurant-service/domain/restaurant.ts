import type { EventEnvelope } from '@quickbite/shared/events';
import type { GeoPoint, Money, Page } from '@quickbite/shared/http';

/** One thing on the menu; its id stays when its name or price changes. */
export interface MenuItem {
  readonly id: string;
  readonly name: string;
  readonly price: Money;
}

/** A restaurant as lists show it. */
export interface RestaurantSummary {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string;
  readonly cuisine: string;
  readonly location: GeoPoint;
  /** Stars, 0 to 5; null while nobody has rated it. */
  readonly rating: number | null;
  /** Goes up by one with each change; an update names the version that it is based on. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A restaurant that a text search found. */
export interface RestaurantMatch extends RestaurantSummary {
  /** How well it matches; compares only within one search. */
  readonly score: number;
}

/** A restaurant near a place. */
export interface NearbyRestaurant extends RestaurantSummary {
  /** Metres, as the crow flies. */
  readonly distance: number;
}

/** A restaurant with its menu. */
export interface Restaurant extends RestaurantSummary {
  readonly menu: readonly MenuItem[];
}

/** What a new restaurant is made of. */
export type NewRestaurant = Pick<Restaurant, 'ownerId' | 'name' | 'description' | 'cuisine' | 'location' | 'menu'>;

/** What its owner may change. */
export type RestaurantChange = Partial<Pick<Restaurant, 'name' | 'description' | 'cuisine' | 'menu'>>;

/** A change that has been decided, with the event that tells of it. */
export interface RestaurantWrite {
  readonly id: string;
  /** The version that it is based on. */
  readonly basedOn: number;
  readonly change: RestaurantChange;
  /** What it makes of the restaurant. */
  readonly result: Restaurant;
  readonly event: EventEnvelope<'restaurant.updated'>;
}

export interface PageRequest {
  readonly page: number;
  readonly limit: number;
}

export interface ListQuery extends PageRequest {
  readonly cuisine?: string | undefined;
}

export interface SearchQuery extends ListQuery {
  readonly text: string;
}

export interface NearbyQuery extends ListQuery {
  readonly lng: number;
  readonly lat: number;
  /** Metres. */
  readonly radius: number;
}

export interface OwnerQuery extends PageRequest {
  readonly ownerId: string;
}

/** Where restaurants are stored. A change and the event that tells of it are one write. What is closed is not found. */
export interface RestaurantRepository {
  newId(): string;
  findById(id: string): Promise<Restaurant | undefined>;
  /** In one query, in no order; those that are not there are left out. */
  findMany(ids: readonly string[]): Promise<readonly Restaurant[]>;
  /** Newest first. */
  list(query: ListQuery): Promise<Page<RestaurantSummary>>;
  /** Newest first. */
  listOf(query: OwnerQuery): Promise<Page<RestaurantSummary>>;
  /** Text search in name, description and cuisine, best match first. */
  search(query: SearchQuery): Promise<Page<RestaurantMatch>>;
  /** Nearest first. */
  nearby(query: NearbyQuery): Promise<Page<NearbyRestaurant>>;
  create(id: string, restaurant: NewRestaurant, event: EventEnvelope): Promise<Restaurant>;
  /** @returns undefined when the stored version is not `basedOn` any more: somebody else was faster */
  update(write: RestaurantWrite): Promise<Restaurant | undefined>;
  /** Several in their order, in one round trip. @returns how many took effect */
  updateAll(writes: readonly RestaurantWrite[]): Promise<number>;
  /** Closes it for good. @returns false when the stored version is not `version` any more */
  close(expected: { readonly id: string; readonly version: number }, event: EventEnvelope): Promise<boolean>;
}
