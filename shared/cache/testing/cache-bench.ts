import type { Redis } from 'ioredis';
import { createLogger } from '../../logging/index.js';
import { createMetrics } from '../../metrics/index.js';
import type { Metrics } from '../../metrics/index.js';
import { eventually, startEngine } from '../../testing/index.js';
import type { StartedEngine } from '../../testing/index.js';
import { createCache } from '../cache.js';
import type { Cache } from '../cache.js';
import { connectRedis, redisReadiness } from '../connect-redis.js';
import { cacheDefaults } from '../settings.js';
import type { CacheSettings } from '../settings.js';

/** Silent: the tests provoke what would be logged. */
export const quietLogger = createLogger({ service: 'test', level: 'error' });
quietLogger.silent = true;

/** A Redis, and caches on it as two processes would have them. */
export interface CacheBench {
  readonly engine: StartedEngine;
  readonly redis: Redis;
  readonly metrics: Metrics;
  /** Of all caches of this bench; a change takes effect at once. */
  settings: CacheSettings;
  /** ms since 1970, for all caches; moves only when a test moves it. */
  now: number;
  /** What the dice show. */
  random: number;
  /** One more cache on the same Redis. */
  cache(): Cache;
  /** Empties it and puts everything back. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Patience that a busy machine needs; the tests of the timeout set their own. */
const defaults: CacheSettings = { ...cacheDefaults, timeoutMs: 4000 };

export async function startCacheBench(): Promise<CacheBench> {
  const engine = await startEngine('redis');
  const url = `redis://127.0.0.1:${engine.port}`;
  const redis = connectRedis({ url, logger: quietLogger, commandTimeoutMs: 5000 });
  await eventually(() => redisReadiness(redis).check());
  let caches: Cache[] = [];
  const bench: CacheBench = {
    engine,
    redis,
    metrics: createMetrics('test'),
    settings: defaults,
    now: 1_000_000,
    random: 0.5,
    cache() {
      const cache = createCache({
        redis,
        logger: quietLogger,
        metrics: bench.metrics,
        settings: () => bench.settings,
        now: () => bench.now,
        random: () => bench.random,
      });
      caches.push(cache);
      return cache;
    },
    async reset() {
      await Promise.all(caches.map((cache) => cache.close()));
      caches = [];
      bench.metrics.cacheReads.reset();
      await eventually(() => redisReadiness(redis).check());
      await redis.flushall();
      Object.assign(bench, { settings: defaults, now: 1_000_000, random: 0.5 });
    },
    async stop() {
      redis.disconnect();
      await engine.stop();
    },
  };
  return bench;
}
