import { connectBroker, startConsumer } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { eventually, startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { startPaymentGate } from './payment-gate.js';
import type { StartedPaymentGate } from './payment-gate.js';
import { startRestaurantStandIn } from './restaurant-stand-in.js';
import type { StartedRestaurantStandIn } from './restaurant-stand-in.js';

const SECRET = 'an identity secret that is only for these tests';
const LAB_KEY = 'a-lab-key-for-tests';

/** Everything that order-service needs: real engines, the real provider, and a stand-in for restaurant-service. */
export interface Surroundings {
  /** What an instance of the service is started with. */
  readonly env: NodeJS.ProcessEnv & { readonly IDENTITY_SECRET: string; readonly QUICKBITE_LAB_KEY: string };
  readonly mongo: StartedEngine;
  readonly amqp: StartedEngine;
  readonly redis: StartedEngine;
  readonly payments: StartedPaymentGate;
  readonly restaurants: StartedRestaurantStandIn;
  /** A connection of the test's own, for publishing events of others. */
  readonly broker: Broker;
  /** Every event that came over the broker, in order. */
  readonly events: EventEnvelope[];
}

/** @param onStarted receives what ends each part, so that what fails to start leaves nothing of the rest behind */
export async function startSurroundings(onStarted: (end: () => Promise<void> | void) => void): Promise<Surroundings> {
  const started = async <Part extends { stop(): Promise<void> | void }>(starting: Promise<Part>): Promise<Part> => {
    const part = await starting;
    onStarted(() => part.stop());
    return part;
  };
  const mongo = await started(startEngine('mongo'));
  const amqp = await started(startEngine('amqp'));
  const redis = await started(startEngine('redis'));
  const payments = await started(startPaymentGate());
  const restaurants = await started(startRestaurantStandIn());
  const amqpUrl = `amqp://guest:guest@127.0.0.1:${amqp.port}`;
  const env = {
    PORT: '0',
    LOG_LEVEL: 'error',
    IDENTITY_SECRET: SECRET,
    QUICKBITE_LAB_KEY: LAB_KEY,
    MONGO_URL: `mongodb://127.0.0.1:${mongo.port}/order_service`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    AMQP_URL: amqpUrl,
    RESTAURANT_SERVICE_URL: restaurants.url,
    PAYMENT_PROVIDER_URL: payments.url,
    WEBHOOK_SECRET: payments.webhookSecret,
    QUICKBITE_VALIDATE_ANSWERS: 'true',
  };
  const events: EventEnvelope[] = [];
  const broker = await listen(amqpUrl, events);
  onStarted(() => broker.close());
  return { env, mongo, amqp, redis, payments, restaurants, broker, events };
}

async function listen(url: string, events: EventEnvelope[]): Promise<Broker> {
  const logger = createLogger({ service: 'test', level: 'error' });
  const broker = connectBroker({ url, service: 'test', logger });
  await startConsumer(broker, {
    queue: 'test.events',
    bindings: ['#'],
    // One at a time, so that the order of arrival is the order of publication.
    prefetch: 1,
    logger,
    metrics: createMetrics('test'),
    handle(event) {
      events.push(event);
      return Promise.resolve('processed');
    },
  });
  await eventually(() => broker.readiness.check());
  return broker;
}
