import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { connectMongo, mongoOutboxStore, mongoReadiness } from '@quickbite/shared/database';
import { connectBroker, startOutboxRelay } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import { createUpstream } from '@quickbite/shared/resilience';
import type { Upstream } from '@quickbite/shared/resilience';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
import { configSchema } from './config.js';
import { createHttpPayments } from './data-access/http-payments.js';
import { createHttpRestaurants } from './data-access/http-restaurants.js';
import { createPendingFences } from './data-access/mongo-pending-fences.js';
import { createPendingLock } from './data-access/redis-pending-lock.js';
import { withTracking } from './data-access/redis-tracking.js';
import { createPendingGuard } from './domain/guard-pending.js';
import { createOrderRepository } from './data-access/mongo-order-repository.js';
import { ORDERS, createOrderModel } from './data-access/order-model.js';
import { createPaymentRecords } from './data-access/mongo-payment-records.js';
import { expireOrders } from './domain/expire-orders.js';
import type { Lookup } from './domain/name-restaurants.js';
import { createOrderMetrics } from './domain/order-metrics.js';
import { settleDuePayments } from './domain/settle-due-payments.js';
import { createQuoteSigner } from './domain/signed-quotes.js';
import { orderEndpoints } from './entry-points/http/order-endpoints.js';
import { paymentWebhookEndpoint } from './entry-points/http/payment-webhook-endpoint.js';
import { consumeDriverEvents } from './entry-points/queue/driver-events.js';
import { startWorker } from './entry-points/worker/start-worker.js';
import type { OrderKnobs } from './knobs.js';
import { paymentSettings, surgeSettings } from './settings.js';
import { startSurgePricing } from './start-surge-pricing.js';

const SERVICE = 'order-service';
/** How often payments and unpaid orders are looked after, ms. */
const WORKER_MS = 1000;
/** When the connection gives a command up, ms: only placing orders under the lock waits for one. */
const REDIS_TIMEOUT_MS = 2000;

/** Starts order-service: database, broker, outbox relay, consumer and worker, in this order. */
export function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: OrderKnobs;
}): Promise<RunningService> {
  const { env, knobs } = context;
  return startService({ service: SERVICE, config: configSchema, env, knobs }, async (tools) => {
    const { config, logger, metrics, opened } = tools;
    const counts = createOrderMetrics(metrics);
    const now = (): Date => new Date();

    const redis = opened(connectRedis({ url: config.REDIS_URL, logger, commandTimeoutMs: REDIS_TIMEOUT_MS }), (it) =>
      it.disconnect(),
    );
    const persistent = (): boolean => knobs.get('events.persistent');
    const broker = opened(connectBroker({ url: config.AMQP_URL, service: SERVICE, logger, persistent }), (it) =>
      it.close(),
    );
    const mongo = opened(await connectMongo({ url: config.MONGO_URL, service: SERVICE, logger, metrics }), (it) =>
      it.close(),
    );
    const model = await createOrderModel(mongo);
    const optimisticLock = (): boolean => knobs.get('orders.optimisticLock');
    const orders = withTracking(
      createOrderRepository(model, now, {
        optimisticLock,
        publishDirectly: () => (knobs.get('outbox.enabled') ? undefined : publishDirectly(broker, knobs, logger)),
      }),
      redis,
    );
    const relay = opened(
      startOutboxRelay({
        store: mongoOutboxStore(mongo, ORDERS),
        publish: (event) => broker.publish(event),
        logger,
        metrics,
      }),
      (it) => it.close(),
    );
    opened(await consumeDriverEvents({ broker, orders, logger, metrics }), (it) => it.drain());
    const surge = opened(
      startSurgePricing({
        redisUrl: config.REDIS_URL,
        settings: () => surgeSettings(knobs),
        count: (outcome) => counts.surgePrices.inc({ outcome }),
        logger,
        metrics,
        now,
      }),
      (it) => it.close(),
    );
    const upstream = (name: string, url: string): Upstream => opened(createUpstream(name, url), (it) => it.close());
    const restaurantService = upstream('restaurant-service', config.RESTAURANT_SERVICE_URL);
    const paymentProvider = upstream('payment-provider', config.PAYMENT_PROVIDER_URL);
    const dependencies = {
      orders,
      paymentRecords: createPaymentRecords(model),
      restaurants: createHttpRestaurants({
        upstream: restaurantService,
        identitySecret: config.IDENTITY_SECRET,
        timeoutMs: () => knobs.get('restaurant.timeoutMs'),
      }),
      payments: createHttpPayments({ upstream: paymentProvider, timeoutMs: () => knobs.get('payment.timeoutMs') }),
      paymentSettings: () => paymentSettings(knobs),
      listStrategy: () => knobs.get('orders.listStrategy'),
      countLookup: (lookup: Lookup) => counts.restaurantLookups.inc({ ...lookup }),
      surgeAt: surge.surgeAt,
      quotes: createQuoteSigner(config.IDENTITY_SECRET),
      quoteTtlMs: () => knobs.get('orders.quoteTtlSeconds') * 1000,
      pendingTtlMinutes: () => knobs.get('orders.pendingTtlMinutes'),
      optimisticLock,
      stateMachine: () => knobs.get('orders.stateMachine'),
      guardPending: createPendingGuard({
        kind: () => knobs.get('orders.pendingGuard'),
        orders,
        lock: createPendingLock(redis, () => knobs.get('orders.pendingLockMs')),
        fences: createPendingFences(mongo, now),
      }),
      logger,
      now,
      random: Math.random,
      nudgeOutbox: () => relay.nudge(),
    };
    const worker = opened(
      startWorker({
        name: 'looking after payments',
        everyMs: WORKER_MS,
        logger,
        async work(signal) {
          await expireOrders(dependencies);
          await settleDuePayments(dependencies, signal);
        },
      }),
      (it) => it.close(),
    );
    const nudgePayments = (): void => worker.nudge();
    const webhooks = paymentWebhookEndpoint({
      ...dependencies,
      secret: config.WEBHOOK_SECRET,
      dedupe: () => knobs.get('webhook.dedupe'),
      nudgePayments,
    });
    return {
      readiness: [mongoReadiness(mongo), broker.readiness, redisReadiness(redis)],
      endpoints: [...orderEndpoints({ ...dependencies, nudgePayments }), webhooks],
      believesBareIdentity: () => !knobs.get('identity.signed'),
    };
  });
}

/** The dual write: what the broker does not take at this moment is lost. */
function publishDirectly(broker: Broker, knobs: OrderKnobs, logger: Logger): (event: EventEnvelope) => Promise<void> {
  return (event) =>
    broker.publish(event).catch((error: unknown) => {
      logger.error('an event was lost: it was published without an outbox', { type: event.type, error });
      if (knobs.get('outbox.lossAnswer') === 'error') throw error;
    });
}
