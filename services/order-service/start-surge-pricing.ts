import { connectRedis } from '@quickbite/shared/cache';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import { createBreaker, exposeBreakers } from '@quickbite/shared/resilience';
import { createRedisMarket } from './data-access/redis-market.js';
import { createSurgePricing } from './domain/surge-pricing.js';
import type { SurgeOutcome, SurgePricing } from './domain/surge-pricing.js';
import type { SurgeSettings } from './domain/surge.js';

/** What a price waits for demand and supply, ms: it is better to be cheap than to be late. */
const TIMEOUT_MS = 250;
/** A Redis that hangs does not cost each order a quarter of a second: after five, it is left alone for 2 s. */
const BREAKER = {
  enabled: true,
  errorThresholdPercentage: 50,
  rollingWindowMs: 10_000,
  volumeThreshold: 5,
  resetTimeoutMs: 2000,
};

/** Surge pricing on a connection of its own, which is less patient than the one that locks wait on. */
export function startSurgePricing(options: {
  readonly redisUrl: string;
  readonly settings: () => SurgeSettings;
  readonly count: (outcome: SurgeOutcome) => void;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
}): { readonly surgeAt: SurgePricing; close(): void } {
  const { redisUrl, logger, metrics, now } = options;
  const redis = connectRedis({ url: redisUrl, logger, commandTimeoutMs: TIMEOUT_MS });
  const breaker = createBreaker('surge', BREAKER, ({ from, to }) =>
    logger.warn('the breaker of surge pricing changed', { from, to }),
  );
  exposeBreakers(metrics, () => [breaker]);
  return {
    surgeAt: createSurgePricing({ ...options, market: createRedisMarket(redis, now), breaker }),
    close() {
      redis.disconnect();
      breaker.close();
    },
  };
}
