import type { Cache, CacheOutcome } from '@quickbite/shared/cache';
import type { Page } from '@quickbite/shared/http';
import type { PageRequest, Restaurant, RestaurantSummary } from './restaurant.js';

/** Seconds that a copy lives at most. What is asked more often and changes less lives longer. */
const TTL_SECONDS = { restaurant: 600, list: 300, search: 120 } as const;

const LIST_KEYS = 'restaurants:list:';
const SEARCH_KEYS = 'restaurants:search:';
const restaurantKey = (id: string): string => `restaurant:${id}`;

/** A value, and where it came from. */
export interface CachedAnswer<T> {
  readonly value: T;
  readonly outcome: CacheOutcome;
}

/** The cached reads of restaurants. */
export interface RestaurantCache {
  /** @param fresh load even if there is a copy, and replace it */
  restaurant(id: string, fresh: boolean, load: () => Promise<Restaurant>): Promise<CachedAnswer<Restaurant>>;
  list(
    query: PageRequest & { readonly cuisine?: string | undefined },
    load: () => Promise<Page<RestaurantSummary>>,
  ): Promise<CachedAnswer<Page<RestaurantSummary>>>;
  search(
    query: PageRequest & { readonly text: string },
    load: () => Promise<Page<RestaurantSummary>>,
  ): Promise<CachedAnswer<Page<RestaurantSummary>>>;
  /** Deletes every copy that may show the restaurant. Rejects when the cache is away. */
  invalidate(restaurantId: string): Promise<void>;
}

/** @param isEnabled asked at each read: with the cache off every read loads, and answers `bypass` */
export function createRestaurantCache(cache: Cache, isEnabled: () => boolean): RestaurantCache {
  async function read<T>(options: Parameters<typeof cache.aside<T>>[0]): Promise<CachedAnswer<T>> {
    return isEnabled() ? cache.aside(options) : { value: await options.load(), outcome: 'bypass' };
  }

  return {
    restaurant: (id, fresh, load) =>
      read({ key: restaurantKey(id), family: 'restaurant', ttlSeconds: TTL_SECONDS.restaurant, fresh, load }),
    list: ({ page, limit, cuisine }, load) => {
      const key = `${LIST_KEYS}page:${page}:limit:${limit}:cuisine:${encodeURIComponent(cuisine ?? '')}`;
      return read({ key, family: 'list', ttlSeconds: TTL_SECONDS.list, load });
    },
    search: ({ page, limit, text }, load) => {
      const key = `${SEARCH_KEYS}${encodeURIComponent(text)}:page:${page}:limit:${limit}`;
      return read({ key, family: 'search', ttlSeconds: TTL_SECONDS.search, load });
    },
    async invalidate(restaurantId) {
      await cache.delete(restaurantKey(restaurantId));
      await cache.deleteMatching(`${LIST_KEYS}*`);
      await cache.deleteMatching(`${SEARCH_KEYS}*`);
    },
  };
}
