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

/** A restaurant with its menu. */
export interface Restaurant extends RestaurantSummary {
  readonly menu: readonly MenuItem[];
}

/** What a new restaurant is made of. */
export type NewRestaurant = Pick<Restaurant, 'ownerId' | 'name' | 'description' | 'cuisine' | 'location' | 'menu'>;

/** What its owner may change. */
export type RestaurantChange = Partial<Pick<Restaurant, 'name' | 'description' | 'cuisine' | 'menu'>>;

export interface PageRequest {
  readonly page: number;
  readonly limit: number;
}

/** Where restaurants are stored. A change and the event that tells of it are one write. */
export interface RestaurantRepository {
  newId(): string;
  findById(id: string): Promise<Restaurant | undefined>;
  /** Newest first. */
  list(filter: { readonly cuisine?: string | undefined }, page: PageRequest): Promise<Page<RestaurantSummary>>;
  /** Text search in name, description and cuisine, best match first. */
  search(text: string, page: PageRequest): Promise<Page<RestaurantSummary>>;
  create(id: string, restaurant: NewRestaurant, event: EventEnvelope): Promise<Restaurant>;
  /** @returns undefined when the stored version is not `version` any more: somebody else was faster */
  update(
    expected: { readonly id: string; readonly version: number },
    change: RestaurantChange,
    event: EventEnvelope,
  ): Promise<Restaurant | undefined>;
}
