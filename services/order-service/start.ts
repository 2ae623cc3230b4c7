import { loadConfig } from '@quickbite/shared/config';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import { createAuthorize, startHttpServer } from '@quickbite/shared/http';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { createUpstream } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { configSchema } from './config.js';
import { createHttpPayments } from './data-access/http-payments.js';
import { createHttpRestaurants } from './data-access/http-restaurants.js';
import { createOrderRepository } from './data-access/mongo-order-repository.js';
import { ORDERS, createOrderModel } from './data-access/order-model.js';
import { orderRoutes } from './entry-points/http/order-routes.js';
import { consumeDriverEvents } from './entry-points/queue/driver-events.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'order-service';
/** ms that running requests get to end. */
const DRAIN_GRACE_MS = 10_000;

/** Starts order-service: database, broker, outbox relay, consumer and HTTP, in this order. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  const config = loadConfig(configSchema, env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const metrics = createMetrics(SERVICE);
  const now = (): Date => new Date();

  const broker = connectBroker({ url: config.AMQP_URL, service: SERVICE, logger });
  const mongo = await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics });
  const orders = createOrderRepository(await createOrderModel(mongo), now);
  const relay = startOutboxRelay({
    store: mongoOutboxStore(mongo, ORDERS),
    publish: (event) => broker.publish(event),
    logger,
    metrics,
  });
  const consumer = await consumeDriverEvents({ broker, orders, logger, metrics });
  const restaurantService = createUpstream('restaurant-service', config.RESTAURANT_SERVICE_URL);
  const paymentProvider = createUpstream('payment-provider', config.PAYMENT_PROVIDER_URL);
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [mongoReadiness(mongo), broker.readiness],
    routes: (app) =>
      app.use(
        '/api/orders',
        orderRoutes({
          orders,
          restaurants: createHttpRestaurants({
            upstream: restaurantService,
            identitySecret: config.IDENTITY_SECRET,
            timeoutMs: () => knobs.get('restaurant.timeoutMs'),
          }),
          payments: createHttpPayments({
            upstream: paymentProvider,
            timeoutMs: () => knobs.get('payment.timeoutMs'),
          }),
          authorize: createAuthorize(config.IDENTITY_SECRET),
          logger,
          now,
          nudgeOutbox: () => relay.nudge(),
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
      await Promise.all([restaurantService.close(), paymentProvider.close()]);
      await mongo.close();
    },
  };
}
