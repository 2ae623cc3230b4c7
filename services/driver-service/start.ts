import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import type { Knobs } from '@quickbite/shared/knobs';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
import { driverConfig } from './config.js';
import { createDriverModel } from './data-access/driver-model.js';
import { createLocationHistory } from './data-access/location-history.js';
import { createClaims } from './data-access/mongo-claims.js';
import { createClosedOrders } from './data-access/mongo-closed-orders.js';
import { createDriverRepository } from './data-access/mongo-driver-repository.js';
import { createSearches } from './data-access/mongo-searches.js';
import { createRedisSupply } from './data-access/redis-supply.js';
import { createRedisTracking } from './data-access/redis-tracking.js';
import { createDriverSeeder } from './data-access/seed-drivers.js';
import { createLocationRecorder } from './domain/location-recorder.js';
import { sweepOffers } from './domain/offer-around.js';
import { exposePositions } from './domain/position-counts.js';
import { announcePositions } from './domain/presence.js';
import { driverEndpoints } from './entry-points/http/driver-endpoints.js';
import { offerEndpoints } from './entry-points/http/offer-endpoints.js';
import { consumeOrderEvents } from './entry-points/queue/order-events.js';
import { startSweeping } from './entry-points/timer/sweep-offers.js';
import type { driverKnobs } from './knobs.js';
import { assignmentSettings, locationSettings } from './settings.js';

const SERVICE = 'driver-service';
/** ms that Redis gets for a command. Nobody waits for it: what it does not take is left out. */
const REDIS_TIMEOUT_MS = 1000;
/** ms that somebody counts as supply when drivers count as there for ever. */
const SUPPLY_MS = 120_000;

/** Starts driver-service: Redis, database, broker, outbox relay and consumer, in this order. */
export function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof driverKnobs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  return startService({ service: SERVICE, config: driverConfig, env, knobs }, async (tools) => {
    const { config, logger, metrics, opened } = tools;
    const now = (): Date => new Date();

    const redis = opened(connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS }), (it) =>
      it.disconnect(),
    );
    const mongo = opened(await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics }), (it) =>
      it.close(),
    );
    const [model, closedOrders, searches, history] = await Promise.all([
      createDriverModel(mongo),
      createClosedOrders(mongo, now),
      createSearches(mongo, now),
      createLocationHistory(mongo),
    ]);
    const drivers = createDriverRepository({
      ...{ model, history, now },
      byIndex: () => knobs.get('search.byIndex'),
      keeping: () => knobs.get('location.history'),
    });
    const heartbeatMs = (): number => knobs.get('availability.heartbeatMs');
    const supply = createRedisSupply({ redis, logger, lifetimeMs: () => heartbeatMs() || SUPPLY_MS, now });
    const tracking = createRedisTracking(redis, logger);
    const locations = opened(
      createLocationRecorder({
        drivers,
        settings: () => locationSettings(knobs),
        onSaved: (saved) => announcePositions({ supply, tracking }, saved),
        counts: exposePositions(metrics),
        logger,
        now,
      }),
      (it) => it.close(),
    );
    const broker = opened(connectBroker({ url: config.AMQP_URL, service: SERVICE, logger }), (it) => it.close());
    const relay = opened(
      startOutboxRelay({
        store: mongoOutboxStore(mongo, model.collection.name),
        publish: (event) => broker.publish(event),
        logger,
        metrics,
      }),
      (it) => it.close(),
    );
    const offering = {
      drivers,
      claims: createClaims(model, now),
      searches,
      closedOrders,
      supply,
      settings: () => assignmentSettings(knobs),
      onAssigned: () => relay.nudge(),
      logger,
      now,
    };
    opened(await consumeOrderEvents({ ...offering, broker, metrics }), (it) => it.drain());
    opened(
      startSweeping(() => sweepOffers(offering), logger),
      (it) => it.close(),
    );
    return {
      readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
      internal: seedRoute(createDriverSeeder(model, now, (drivers) => supply.seen(drivers))),
      endpoints: [...offerEndpoints(offering), ...driverEndpoints({ drivers, locations, supply, heartbeatMs })],
    };
  });
}
