import { connectBroker, startConsumer } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { createServiceClient, eventually, startEngine } from '@quickbite/shared/testing';
import type { ServiceClient, StartedEngine } from '@quickbite/shared/testing';
import { knobs as knobDefs } from '../knobs.js';
import { start } from '../start.js';
import { startPaymentGate } from './payment-gate.js';
import type { StartedPaymentGate } from './payment-gate.js';
import { startRestaurantStandIn } from './restaurant-stand-in.js';
import type { StartedRestaurantStandIn } from './restaurant-stand-in.js';

const SECRET = 'an identity secret that is only for these tests';
const LAB_KEY = 'a-lab-key-for-tests';

/** order-service with everything that it needs: real engines, the real provider, and a stand-in for restaurant-service. */
export interface OrderServiceUnderTest {
  readonly port: number;
  /** What the service was started with, for starting another instance. */
  readonly env: NodeJS.ProcessEnv;
  readonly call: ServiceClient;
  readonly mongo: StartedEngine;
  readonly amqp: StartedEngine;
  readonly redis: StartedEngine;
  readonly payments: StartedPaymentGate;
  readonly restaurants: StartedRestaurantStandIn;
  /** A connection of the test's own, for publishing events of others. */
  readonly broker: Broker;
  /** Every event that came over the broker, in order. */
  readonly events: EventEnvelope[];
  setKnobs(changes: object): Promise<void>;
  stop(): Promise<void>;
}

/** What fails to start leaves nothing of the rest behind. */
export async function startOrderService(): Promise<OrderServiceUnderTest> {
  const stops: (() => Promise<void> | void)[] = [];
  /** In reverse order: the service ends before what it needs. */
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startParts((end) => stops.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  onStarted: (end: () => Promise<void> | void) => void,
): Promise<Omit<OrderServiceUnderTest, 'stop'>> {
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
    QUICKBITE_VALIDATE_ANSWERS: 'true',
  };
  const events: EventEnvelope[] = [];
  const broker = await listen(amqpUrl, events);
  onStarted(() => broker.close());
  const knobs = createKnobs(knobDefs);
  // On a busy machine too, others are heard: tests that need less patience say so. And prices follow from the distance alone.
  knobs.set({ 'payment.timeoutMs': 10_000, 'restaurant.timeoutMs': 10_000, 'surge.enabled': false });
  const service = await start({ env, knobs });
  onStarted(() => service.close());
  const call = createServiceClient(service.port, SECRET);
  await eventually(async () => {
    const { status } = await call('GET', '/health/ready');
    if (status !== 200) throw new Error(`order-service is not ready: ${status}`);
  });
  return {
    port: service.port,
    env,
    call,
    mongo,
    amqp,
    redis,
    payments,
    restaurants,
    broker,
    events,
    async setKnobs(body) {
      const { status } = await call('PUT', '/internal/knobs', { body, headers: { 'x-lab-key': LAB_KEY } });
      if (status !== 200) throw new Error(`the knobs were not changed: ${status}`);
    },
  };
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
