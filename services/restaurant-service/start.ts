import { connectRedis, createCache, createPatterns, redisReadiness } from '@quickbite/shared/cache';
import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { cacheSettings } from './cache-settings.js';
import { configSchema } from './config.js';
import { createRestaurantRepository } from './data-access/mongo-restaurant-repository.js';
import { RESTAURANTS, createRestaurantModel } from './data-access/restaurant-model.js';
import { createRestaurantSeeder } from './data-access/seed-restaurants.js';
import { createRestaurantCache, restaurantSource } from './domain/restaurant-cache.js';
import { internalCacheRoutes } from './entry-points/http/internal-routes.js';
import { listEndpoints } from './entry-points/http/list-endpoints.js';
import { restaurantEndpoints } from './entry-points/http/restaurant-endpoints.js';
import { consumeRestaurantUpdates } from './entry-points/queue/invalidate-cache.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'restaurant-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;
/** When the connection gives a command up, ms; the reads, which wait for `cache.timeoutMs`, have long gone on without it. */
const REDIS_TIMEOUT_MS = 5000;

/** Starts restaurant-service: database, cache, broker, outbox relay, consumer and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  const config = loadConfig(configSchema, env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);

  const redis = connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS });
  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const now = (): Date => new Date();
  const model = await createRestaurantModel(mongo);
  const restaurants = createRestaurantRepository(model, now);
  const redisCache = createCache({ redis, logger, metrics, settings: () => cacheSettings(knobs) });
  const single = createPatterns({
    cache: redisCache,
    source: restaurantSource(restaurants),
    logger,
    pattern: () => knobs.get('cache.pattern'),
    writeBehind: () => ({
      flushMs: knobs.get('cache.writeBehind.flushMs'),
      maxPending: knobs.get('cache.writeBehind.maxPending'),
    }),
  });
  const seed = createRestaurantSeeder(model, redisCache);
  const cache = createRestaurantCache({ cache: redisCache, single, restaurants });
  const relay = startOutboxRelay({
    store: mongoOutboxStore(mongo, RESTAURANTS),
    publish: (event) => broker.publish(event),
    logger,
    metrics,
  });
  const consumer = await consumeRestaurantUpdates({ broker, cache, logger, metrics });
  const authorize = createAuthorize(config.IDENTITY_SECRET);
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
    internal: internalCacheRoutes({ cache: redisCache, single, knobs }).use(seedRoute(seed)),
    endpoints: {
      // The lists come first: `/:id` would take `mine` for an id.
      list: [
        ...listEndpoints({ cache }),
        ...restaurantEndpoints({ restaurants, cache, logger, now, authorize, nudgeOutbox: () => relay.nudge() }),
      ],
      authorize,
      validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
    },
  });

  return {
    port: http.port,
    async close() {
      await http.close({ graceMs: DRAIN_GRACE_MS });
      await consumer.drain();
      await single.flush();
      await redisCache.close();
      await relay.close();
      await broker.close();
      redis.disconnect();
      await mongo.close();
    },
  };
}
