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
  /** Loads even if there is an entry, and replaces it: for a caller that must see the database. Default false. */
  readonly fresh?: boolean;
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

  async function write(key: string, value: unknown, ttlSeconds: number): Promise<boolean> {
    const spread = 1 + TTL_JITTER * (2 * random() - 1);
    try {
      await redis.set(key, JSON.stringify(value), 'PX', Math.round(ttlSeconds * 1000 * spread));
      return true;
    } catch (error) {
      logger.debug('cache write failed', { key, error });
      return false;
    }
  }

  return {
    async aside<T>({ key, family, ttlSeconds, load, fresh = false }: CachedRead<T>) {
      const cached = fresh ? null : await read(key);
      if (typeof cached === 'string') {
        metrics.cacheReads.inc({ family, outcome: 'hit' });
        return { value: JSON.parse(cached) as T, outcome: 'hit' };
      }
      const value = await load();
      // A cache that did not answer the read is not asked again: that would only add its timeout to this request.
      const stored = cached === null && (await write(key, value, ttlSeconds));
      const outcome: CacheOutcome = stored ? 'miss' : 'bypass';
      metrics.cacheReads.inc({ family, outcome });
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
