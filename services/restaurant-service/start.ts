import { connectRedis, createCache, redisReadiness } from '@quickbite/shared/cache';
import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { RunningService } from '@quickbite/shared/service';
import { configSchema } from './config.js';
import { createRestaurantRepository } from './data-access/mongo-restaurant-repository.js';
import { RESTAURANTS, createRestaurantModel } from './data-access/restaurant-model.js';
import { createRestaurantCache } from './domain/restaurant-cache.js';
import { restaurantRoutes } from './entry-points/http/restaurant-routes.js';
import { consumeRestaurantUpdates } from './entry-points/queue/invalidate-cache.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'restaurant-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;
/** A cache that takes longer than this costs more than the query that it saves. */
const CACHE_TIMEOUT_MS = 250;

/** Starts restaurant-service: database, cache, broker, outbox relay, consumer and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  const config = loadConfig(configSchema, env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);

  const redis = connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: CACHE_TIMEOUT_MS });
  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const restaurants = createRestaurantRepository(await createRestaurantModel(mongo), () => new Date());
  const cache = createRestaurantCache(createCache({ redis, logger, metrics }), () => knobs.get('cache.enabled'));
  const relay = startOutboxRelay({
    store: mongoOutboxStore(mongo, RESTAURANTS),
    publish: (event) => broker.publish(event),
    logger,
    metrics,
  });
  const consumer = await consumeRestaurantUpdates({ broker, cache, logger, metrics });
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
    routes: (app) =>
      app.use(
        '/api/restaurants',
        restaurantRoutes({
          restaurants,
          cache,
          logger,
          nudgeOutbox: () => relay.nudge(),
          authorize: createAuthorize(config.IDENTITY_SECRET),
        }),
      ),
  });

  return {
    port: http.port,
    async close() {
      await http.close({ graceMs: DRAIN_GRACE_MS });
      await consumer.drain();
      await relay.close();
      await broker.close();
      redis.disconnect();
      await mongo.close();
    },
  };
}
