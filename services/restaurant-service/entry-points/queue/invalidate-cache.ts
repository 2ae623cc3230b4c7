import { isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, StartedConsumer } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import type { CachedRestaurantWrites } from '../../domain/restaurant-cache.js';

/** Pauses in ms that also span a Redis that restarts; after the last one the copies expire by themselves. */
const RETRY_DELAYS_MS = [500, 5000, 30_000] as const;

/** Deletes the cached copies of restaurants that changed. Deleting twice does no harm. */
export function consumeRestaurantUpdates(options: {
  readonly broker: Broker;
  readonly cache: Pick<CachedRestaurantWrites, 'invalidate'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Promise<StartedConsumer> {
  const { broker, cache, logger, metrics } = options;
  return startConsumer(broker, {
    queue: 'restaurant-service.invalidation',
    bindings: ['restaurant.updated'],
    retryDelaysMs: RETRY_DELAYS_MS,
    logger,
    metrics,
    async handle(event) {
      if (!isEvent(event, 'restaurant.updated')) return 'processed';
      // An event from before versions were told counts as newer than any copy.
      const { restaurantId, restaurantVersion = Number.MAX_SAFE_INTEGER } = event.data;
      await cache.invalidate(restaurantId, restaurantVersion);
      return 'processed';
    },
  });
}
