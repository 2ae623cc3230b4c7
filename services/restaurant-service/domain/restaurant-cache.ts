import type { Cache, CacheAnswer, CachedSource, PatternedCache } from '@quickbite/shared/cache';
import type { Page } from '@quickbite/shared/http';
import type {
  ListQuery,
  NearbyQuery,
  NearbyRestaurant,
  OwnerQuery,
  Restaurant,
  RestaurantMatch,
  RestaurantRepository,
  RestaurantSummary,
  RestaurantWrite,
  SearchQuery,
} from './restaurant.js';

/** Seconds that a copy lives at most. What is asked more often and changes less lives longer. */
const TTL_SECONDS = { restaurant: 600, list: 300, owner: 300, search: 120, nearby: 120 } as const;

/** Any change of any restaurant may show in any of these. */
const LISTS = 'restaurants:';
const LISTS_SCOPE = 'restaurants';

const listKey = (name: string, ...parts: readonly (string | number)[]): string =>
  `${LISTS}${name}:${parts.map((part) => encodeURIComponent(part)).join(':')}`;

const slotOf = (id: string) => ({
  key: `restaurant:${id}`,
  family: 'restaurant',
  ttlSeconds: TTL_SECONDS.restaurant,
});

/** How single restaurants are cached, whichever pattern is in use. */
export function restaurantSource(restaurants: RestaurantRepository): CachedSource<Restaurant, RestaurantWrite> {
  return {
    slotOf,
    versionOf: ({ version }) => version,
    load: (id) => restaurants.findById(id),
    save: (write) => restaurants.update(write),
    saveAll: (writes) => restaurants.updateAll(writes),
  };
}

/** Writes that leave no old copies behind. */
export interface CachedRestaurantWrites {
  /** Past the cache: what a change is based on. */
  current(id: string): Promise<Restaurant | undefined>;
  /** Writes as the pattern in use does. @returns undefined when somebody else was faster */
  write(write: RestaurantWrite): Promise<Restaurant | undefined>;
  /** Saves what the pattern in use has not saved yet. */
  flush(): Promise<void>;
  /** Deletes every copy that may show the restaurant as it was before `version`. Rejects when the cache is away. */
  invalidate(restaurantId: string, version: number): Promise<void>;
}

/** The same, but it leaves the old copies where they are while `deletes` says no. */
export function deletingWhile<T extends Pick<CachedRestaurantWrites, 'invalidate'>>(
  cache: T,
  deletes: () => boolean,
): T {
  return {
    ...cache,
    async invalidate(restaurantId, version) {
      if (deletes()) await cache.invalidate(restaurantId, version);
    },
  };
}

/** The cached reads of restaurants. */
export interface RestaurantCache extends CachedRestaurantWrites {
  /** @param fresh load even if there is a copy, and replace it */
  restaurant(id: string, fresh: boolean): Promise<CacheAnswer<Restaurant | undefined>>;
  /** In the order of the ids; undefined for those that are not there. */
  batch(ids: readonly string[]): Promise<readonly CacheAnswer<Restaurant | undefined>[]>;
  list(query: ListQuery): Promise<CacheAnswer<Page<RestaurantSummary>>>;
  listOf(query: OwnerQuery): Promise<CacheAnswer<Page<RestaurantSummary>>>;
  search(query: SearchQuery): Promise<CacheAnswer<Page<RestaurantMatch>>>;
  nearby(query: NearbyQuery): Promise<CacheAnswer<Page<NearbyRestaurant>>>;
}

export function createRestaurantCache(options: {
  readonly cache: Cache;
  readonly single: PatternedCache<Restaurant, RestaurantWrite>;
  readonly restaurants: RestaurantRepository;
}): RestaurantCache {
  const { cache, single, restaurants } = options;

  async function page<T>(
    family: 'list' | 'owner' | 'search' | 'nearby',
    parts: readonly (string | number)[],
    load: () => Promise<Page<T>>,
  ): Promise<CacheAnswer<Page<T>>> {
    const ttlSeconds = TTL_SECONDS[family];
    const { value, outcome } = await cache.fetch({
      key: listKey(family, ...parts),
      scope: LISTS_SCOPE,
      family,
      ttlSeconds,
      load,
    });
    return { value: value ?? (await load()), outcome };
  }

  return {
    restaurant: (id, fresh) => single.read(id, { fresh }),
    batch: (ids) =>
      cache.fetchMany({
        slots: ids.map(slotOf),
        versionOf: ({ version }: Restaurant) => version,
        load: async (missing) => {
          const wanted = missing.map((index) => ids[index] ?? '');
          const found = new Map((await restaurants.findMany(wanted)).map((restaurant) => [restaurant.id, restaurant]));
          return wanted.map((id) => found.get(id));
        },
      }),
    list: (query) =>
      page('list', ['page', query.page, 'limit', query.limit, 'cuisine', query.cuisine ?? ''], () =>
        restaurants.list(query),
      ),
    listOf: (query) =>
      page('owner', [query.ownerId, 'page', query.page, 'limit', query.limit], () => restaurants.listOf(query)),
    search: (query) =>
      page('search', [query.text, 'page', query.page, 'limit', query.limit, 'cuisine', query.cuisine ?? ''], () =>
        restaurants.search(query),
      ),
    nearby: (query) => {
      const { lng, lat, radius, page: number, limit, cuisine = '' } = query;
      return page('nearby', [lng, lat, radius, 'page', number, 'limit', limit, 'cuisine', cuisine], () =>
        restaurants.nearby(query),
      );
    },
    current: (id) => single.current(id),
    write: (write) => single.write(write),
    flush: () => single.flush(),
    async invalidate(restaurantId, version) {
      await cache.evict(slotOf(restaurantId), version);
      await cache.evictMatching([`${LISTS}*`], LISTS_SCOPE);
    },
  };
}
