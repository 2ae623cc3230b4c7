import type { Redis } from 'ioredis';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';

/** `hit`: from the cache; `miss`: loaded, and stored; `bypass`: loaded, because the cache is away or slow. */
export type CacheOutcome = 'hit' | 'miss' | 'bypass';

/** What to read through the cache. */
export interface CachedRead<T> {
  readonly key: string;
  /** Kind of key, for metrics: `restaurant`, `list`, `search`. */
  readonly family: string;
  readonly ttlSeconds: number;
  readonly load: () => Promise<T>;
}

/** The cache-aside pattern: look in the cache, otherwise load and store. A failing cache is never a failing request. */
export interface Cache {
  aside<T>(read: CachedRead<T>): Promise<{ readonly value: T; readonly outcome: CacheOutcome }>;
  /** Deletes keys. Rejects when the cache is away: the caller decides what a missed invalidation means. */
  delete(...keys: readonly string[]): Promise<void>;
  /** Deletes all keys that match a glob; with SCAN and UNLINK, never KEYS. */
  deleteMatching(pattern: string): Promise<void>;
}

/** TTLs are spread by this share up or down, so that keys stored together do not expire together. */
const TTL_JITTER = 0.1;
const SCAN_COUNT = 500;

/** Creates a cache on Redis; values are JSON. */
export function createCache(options: {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** In [0, 1); passed in so that tests are exact. */
  readonly random?: () => number;
}): Cache {
  const { redis, logger, metrics, random = Math.random } = options;

  async function read(key: string): Promise<string | null | undefined> {
    try {
      return await redis.get(key);
    } catch (error) {
      logger.debug('cache read failed', { key, error });
      return undefined;
    }
  }

  async function write(key: string, value: unknown, ttlSeconds: number): Promise<void> {
    const spread = 1 + TTL_JITTER * (2 * random() - 1);
    try {
      await redis.set(key, JSON.stringify(value), 'PX', Math.round(ttlSeconds * 1000 * spread));
    } catch (error) {
      logger.debug('cache write failed', { key, error });
    }
  }

  return {
    async aside<T>({ key, family, ttlSeconds, load }: CachedRead<T>) {
      const cached = await read(key);
      const outcome: CacheOutcome = cached === undefined ? 'bypass' : cached === null ? 'miss' : 'hit';
      metrics.cacheReads.inc({ family, outcome });
      if (typeof cached === 'string') return { value: JSON.parse(cached) as T, outcome };
      const value = await load();
      if (outcome === 'miss') await write(key, value, ttlSeconds);
      return { value, outcome };
    },
    async delete(...keys) {
      if (keys.length > 0) await redis.unlink(...keys);
    },
    async deleteMatching(pattern) {
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      } while (cursor !== '0');
    },
  };
}
