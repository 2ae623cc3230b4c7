import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { seedRoute } from '@quickbite/shared/seed';
import type { RunningService } from '@quickbite/shared/service';
import { driverConfig } from './config.js';
import { createDriverModel } from './data-access/driver-model.js';
import { createClosedOrders } from './data-access/mongo-closed-orders.js';
import { createDriverRepository } from './data-access/mongo-driver-repository.js';
import { createDriverSeeder } from './data-access/seed-drivers.js';
import { driverEndpoints } from './entry-points/http/driver-endpoints.js';
import { consumeOrderEvents } from './entry-points/queue/order-events.js';

const SERVICE = 'driver-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;

/** Starts driver-service: database, broker, outbox relay, consumer and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs;
}): Promise<RunningService> {
  const config = loadConfig(driverConfig, context.env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const now = (): Date => new Date();

  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const [model, closedOrders] = await Promise.all([createDriverModel(mongo), createClosedOrders(mongo, now)]);
  const drivers = createDriverRepository(model, now);
  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const relay = startOutboxRelay({
    store: mongoOutboxStore(mongo, model.collection.name),
    publish: (event) => broker.publish(event),
    logger,
    metrics,
  });
  const consumer = await consumeOrderEvents({
    broker,
    drivers,
    closedOrders,
    onAssigned: () => relay.nudge(),
    logger,
    metrics,
  });
  const server = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs: context.knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness],
    internal: seedRoute(createDriverSeeder(model)),
    endpoints: {
      list: driverEndpoints({ drivers }),
      authorize: createAuthorize(config.IDENTITY_SECRET),
      validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
    },
  });

  return {
    port: server.port,
    async close() {
      await server.close({ graceMs: DRAIN_GRACE_MS });
      await consumer.drain();
      await relay.close();
      await broker.close();
      await mongo.close();
    },
  };
}
