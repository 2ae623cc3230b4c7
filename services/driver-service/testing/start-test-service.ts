import { connectBroker, createEvent, isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import { createKnobs } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { RunningService } from '@quickbite/shared/service';
import { createServiceClient, eventually, startEngine } from '@quickbite/shared/testing';
import type { ServiceAnswer, ServiceClient, StartedEngine } from '@quickbite/shared/testing';
import { Redis } from 'ioredis';
import { Types, createConnection } from 'mongoose';
import type { Connection } from 'mongoose';
import { driverKnobs } from '../knobs.js';
import { start } from '../start.js';

const LAB_KEY = 'a-lab-key-for-tests';
const SECRET = 'an identity secret for the tests only';
/** The restaurant. */
const [LNG, LAT] = [13.4, 52.5] as const;

export const newId = (): string => new Types.ObjectId().toHexString();
/** So many metres north of the restaurant; a thousandth of a degree of latitude is 111 m. */
export const north = (metres: number) =>
  ({ type: 'Point', coordinates: [LNG, LAT + metres / 111_195] as [number, number] }) as const;

type OrderEventType = 'order.confirmed' | 'order.delivered' | 'order.cancelled';

/** driver-service with engines of its own, and what tests look at it with. */
export interface TestService {
  readonly call: ServiceClient;
  readonly knobs: Knobs<typeof driverKnobs>;
  readonly database: Connection;
  readonly redis: Redis;
  readonly redisEngine: StartedEngine;
  /** Every `driver.assigned` since the last `reset`. */
  readonly assigned: EventEnvelope<'driver.assigned'>[];
  /** Puts a new driver on duty. */
  driver(metresNorth: number, more?: Readonly<Record<string, unknown>>): Promise<{ id: string; userId: string }>;
  /** Tells of an order; the customer is 1 km north of the restaurant. */
  publish(type: OrderEventType, orderId: string): Promise<void>;
  /** Tells of what a customer gave a driver. */
  rate(driverId: string, orderId: string, stars: number): Promise<void>;
  /** Seeds the drivers of the lab's city. */
  seed(): Promise<ServiceAnswer>;
  stored(userId: string): Promise<Record<string, unknown>>;
  move(userId: string, metresNorth: number): Promise<ServiceAnswer>;
  /** What became of positions since the start of the service, as its metrics say. */
  positions(): Promise<{ received: number; written: number; history: number }>;
  /** Messages that the service handled with an outcome since its start. */
  handled(outcome: string): Promise<number>;
  /** Forgets drivers and orders, and sets the knobs back. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestService(): Promise<TestService> {
  const engines = await Promise.all([startEngine('mongo'), startEngine('amqp'), startEngine('redis')]);
  const [mongo, amqp, redisEngine] = engines;
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
    await Promise.all(engines.map((engine) => engine.stop()));
  };
  try {
    const knobs = createKnobs(driverKnobs);
    const MONGO_URL = `mongodb://127.0.0.1:${mongo.port}/driver_service`;
    const AMQP_URL = `amqp://guest:guest@127.0.0.1:${amqp.port}`;
    const REDIS_URL = `redis://127.0.0.1:${redisEngine.port}`;
    const env = {
      PORT: '0',
      LOG_LEVEL: 'error',
      IDENTITY_SECRET: SECRET,
      QUICKBITE_LAB_KEY: LAB_KEY,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
    };
    const service: RunningService = await start({ env: { ...env, MONGO_URL, AMQP_URL, REDIS_URL }, knobs });
    opened.push(() => service.close());
    const database = await createConnection(MONGO_URL).asPromise();
    opened.push(() => database.close());
    const redis = new Redis(REDIS_URL);
    redis.on('error', () => undefined);
    opened.push(() => {
      redis.disconnect();
      return Promise.resolve();
    });
    const assigned: EventEnvelope<'driver.assigned'>[] = [];
    const broker = await listen(AMQP_URL, assigned);
    opened.push(() => broker.close());
    await eventually(async () => {
      const { status } = await fetch(`http://127.0.0.1:${service.port}/health/ready`);
      if (status !== 200) throw new Error(`expected a ready service, got ${status}`);
    });
    return {
      knobs,
      redis,
      redisEngine,
      assigned,
      stop,
      ...actions({ service, database, broker, knobs, redis, assigned }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(url: string, assigned: EventEnvelope<'driver.assigned'>[]): Promise<Broker> {
  const logger = createLogger({ service: 'test', level: 'error' });
  logger.silent = true;
  const broker = connectBroker({ url, service: 'test', logger });
  await startConsumer(broker, {
    queue: 'test.assigned',
    bindings: ['driver.assigned'],
    logger,
    metrics: createMetrics('test'),
    handle: (event) => {
      if (isEvent(event, 'driver.assigned')) assigned.push(event);
      return Promise.resolve('processed');
    },
  });
  await eventually(() => broker.readiness.check());
  return broker;
}

function actions(parts: {
  readonly service: RunningService;
  readonly database: Connection;
  readonly broker: Broker;
  readonly knobs: Knobs;
  readonly redis: Redis;
  readonly assigned: unknown[];
}): Omit<TestService, 'knobs' | 'redis' | 'redisEngine' | 'assigned' | 'stop'> {
  const { service, database, broker, knobs, redis, assigned } = parts;
  const call = createServiceClient(service.port, SECRET);
  return {
    call,
    database,
    async driver(metresNorth, more = {}) {
      const userId = newId();
      const body = { vehicle: 'bicycle', status: 'available', location: north(metresNorth), ...more };
      const answer = await call('PUT', '/api/drivers/me', { as: { userId, role: 'driver' }, body });
      return { id: String((answer.body as { id: unknown }).id), userId };
    },
    publish: (type, orderId) =>
      broker.publish(
        createEvent<OrderEventType>(type, {
          orderId,
          orderVersion: 2,
          customerId: 'c'.repeat(24),
          restaurantId: newId(),
          restaurantName: 'Soup',
          restaurantOwnerId: newId(),
          restaurantLocation: north(0),
          deliveryLocation: north(1000),
          total: { amount: 1299, currency: 'EUR' },
          status: 'CONFIRMED',
        }),
      ),
    rate: (driverId, orderId, stars) =>
      broker.publish(
        createEvent('delivery.rated', { orderId, driverId, driverUserId: newId(), customerId: newId(), stars }),
      ),
    seed: () => call('POST', '/internal/seed', { body: { seed: 42 }, headers: { 'x-lab-key': LAB_KEY } }),
    async stored(userId) {
      const found = await database.collection('drivers').findOne({ userId: new Types.ObjectId(userId) });
      if (!found) throw new Error(`expected a driver of account ${userId}, found none`);
      return found;
    },
    async positions() {
      const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
      const count = (step: string): number =>
        Number(new RegExp(`^driver_positions\\{.*step="${step}".*\\} (\\d+)`, 'm').exec(text)?.[1]);
      return { received: count('received'), written: count('written'), history: count('history') };
    },
    move: (userId, metresNorth) =>
      call('PUT', '/api/drivers/me/location', {
        as: { userId, role: 'driver' },
        body: { location: north(metresNorth) },
      }),
    async handled(outcome) {
      const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
      return Number(new RegExp(`^messages_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    },
    async reset() {
      for (const name of ['drivers', 'closed_orders', 'searches', 'location_history'])
        await database.collection(name).deleteMany({});
      await redis.flushall();
      assigned.length = 0;
      knobs.set(Object.fromEntries(knobs.describe().map((one) => [one.name, one.default])));
    },
  };
}
