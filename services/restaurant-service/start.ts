import { connectRedis, createCache, createPatterns, redisReadiness } from '@quickbite/shared/cache';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import { createAuthorize } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
import { cacheSettings } from './cache-settings.js';
import { configSchema } from './config.js';
import { createDishes } from './data-access/dishes.js';
import { createRestaurantRepository } from './data-access/mongo-restaurant-repository.js';
import { RESTAURANTS, createRestaurantModel } from './data-access/restaurant-model.js';
import { createRestaurantSeeder } from './data-access/seed-restaurants.js';
import { createStoredMenus } from './data-access/stored-menus.js';
import { createRestaurantCache, deletingWhile, restaurantSource } from './domain/restaurant-cache.js';
import { createRestaurantMetrics } from './domain/restaurant-metrics.js';
import { internalCacheRoutes } from './entry-points/http/internal-routes.js';
import { listEndpoints } from './entry-points/http/list-endpoints.js';
import { restaurantEndpoints } from './entry-points/http/restaurant-endpoints.js';
import { consumeRestaurantUpdates } from './entry-points/queue/invalidate-cache.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'restaurant-service';
/** When the connection gives a command up, ms; the reads, which wait for `cache.timeoutMs`, have long gone on without it. */
const REDIS_TIMEOUT_MS = 5000;

/** Starts restaurant-service: Redis, broker, database, cache, outbox relay and consumer, in this order. */
export function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  return startService({ service: SERVICE, config: configSchema, env, knobs }, async (tools) => {
    const { config, logger, metrics, opened } = tools;
    const redis = opened(connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS }), (it) =>
      it.disconnect(),
    );
    const broker = opened(connectBroker({ url: config.AMQP_URL, service: SERVICE, logger }), (it) => it.close());
    const pool = {
      settings: () => ({ maxSize: knobs.get('mongo.maxPoolSize'), waitMs: knobs.get('mongo.waitQueueMs') }),
      onChange: (listener: () => Promise<void>) => knobs.onChange(listener),
    };
    const mongo = opened(await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics, pool }), (it) =>
      it.close(),
    );
    const now = (): Date => new Date();
    const model = await createRestaurantModel(mongo);
    const { queries } = createRestaurantMetrics(metrics);
    const menus = createStoredMenus({
      model,
      dishes: createDishes(mongo),
      settings: () => ({ storage: knobs.get('menu.storage'), lookup: knobs.get('menu.lookup') }),
      onQuery: () => queries.inc(),
    });
    const restaurants = createRestaurantRepository({ model, menus, now });
    const relay = opened(
      startOutboxRelay({
        store: mongoOutboxStore(mongo, RESTAURANTS),
        publish: (event) => broker.publish(event),
        logger,
        metrics,
      }),
      (it) => it.close(),
    );
    const redisCache = opened(createCache({ redis, logger, metrics, settings: () => cacheSettings(knobs) }), (it) =>
      it.close(),
    );
    const deletesAtOnce = (): boolean => knobs.get('cache.invalidate.atOnce');
    const single = opened(
      createPatterns({
        cache: {
          ...redisCache,
          evict: async (slot, version) => {
            if (deletesAtOnce()) await redisCache.evict(slot, version);
          },
        },
        source: restaurantSource(restaurants),
        logger,
        pattern: () => knobs.get('cache.pattern'),
        writeBehind: () => ({
          flushMs: knobs.get('cache.writeBehind.flushMs'),
          maxPending: knobs.get('cache.writeBehind.maxPending'),
        }),
      }),
      (it) => it.flush(),
    );
    const seed = createRestaurantSeeder(model, redisCache);
    const cache = createRestaurantCache({ cache: redisCache, single, restaurants });
    const consumed = deletingWhile(cache, () => knobs.get('cache.invalidate.byEvent'));
    opened(await consumeRestaurantUpdates({ broker, cache: consumed, logger, metrics }), (it) => it.drain());
    const authorize = createAuthorize(config.IDENTITY_SECRET);
    return {
      readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
      internal: internalCacheRoutes({ cache: redisCache, single, knobs }).use(seedRoute(seed)),
      // The lists come first: `/:id` would take `mine` for an id.
      endpoints: [
        ...listEndpoints({ cache }),
        ...restaurantEndpoints({
          restaurants,
          cache: deletingWhile(cache, deletesAtOnce),
          logger,
          now,
          authorize,
          nudgeOutbox: () => relay.nudge(),
        }),
      ],
    };
  });
}
