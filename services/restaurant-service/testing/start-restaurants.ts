import { randomBytes } from 'node:crypto';
import { connectRedis, redisReadiness } from '@quickbite/shared/cache';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createServiceClient, eventually, startEngine } from '@quickbite/shared/testing';
import type { ServiceAnswer, ServiceClient, StartedEngine } from '@quickbite/shared/testing';
import { knobs as knobDefs } from '../knobs.js';
import { start } from '../start.js';

const SECRET = 'an identity secret that is only for these tests';
const LAB_KEY = 'a-lab-key-for-tests';
/** A cache that is asked on a busy machine: the tests of the timeout set their own. */
const PATIENCE = { 'cache.timeoutMs': 4000 };

export const someId = (): string => randomBytes(12).toString('hex');
export const owner = { userId: someId(), role: 'restaurant_owner' } as const;
export const otherOwner = { userId: someId(), role: 'restaurant_owner' } as const;
export const customer = { userId: someId(), role: 'customer' } as const;
export const driver = { userId: someId(), role: 'driver' } as const;
export const admin = { userId: someId(), role: 'admin' } as const;
export const otherService = { userId: 'order-service', role: 'service' } as const;

export const item = { name: 'Green curry', price: { amount: 1290, currency: 'EUR' } };
export const draft = {
  name: 'Bangkok Kitchen',
  description: 'Curries and noodles',
  cuisine: 'Thai',
  location: { type: 'Point', coordinates: [13.405, 52.52] },
  menu: [item],
};
export const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

/** A restaurant as the service answered it. The service checks its answers itself, against its documentation. */
export interface AnsweredRestaurant {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly menu: readonly { readonly id: string; readonly name: string }[];
}

/** What `GET /internal/cache` says. */
export interface CacheReport {
  readonly pattern: string;
  readonly stampede: string;
  readonly reads: Readonly<Record<string, number>>;
  readonly loads: number;
  readonly lateWritesRefused: number;
  readonly writeBehind: { readonly pending: number; readonly saved: number; readonly lost: number };
  readonly breaker: { readonly state: string };
}

/** restaurant-service on engines of its own. */
export interface StartedRestaurants {
  readonly mongo: StartedEngine;
  readonly redisEngine: StartedEngine;
  readonly amqp: StartedEngine;
  readonly redis: ReturnType<typeof connectRedis>;
  readonly call: ServiceClient;
  /** With the lab key. */
  readonly lab: ServiceClient;
  readonly setKnobs: (changes: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly cacheReport: () => Promise<CacheReport>;
  /** The metrics of the service, as text. */
  readonly metrics: () => Promise<string>;
  /** Creates a restaurant, and waits until its event has been consumed: its late invalidation would disturb a test. */
  readonly create: (changes?: object) => Promise<AnsweredRestaurant>;
  /** Counts the answer, if it is that of a write that sent an event. */
  readonly countWrite: (answer: ServiceAnswer) => ServiceAnswer;
  /** Waits until the events of all counted writes have been consumed. */
  readonly settled: () => Promise<void>;
  /** Lets the broker go on, waits for events, empties the cache and puts the knobs back. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startRestaurants(): Promise<StartedRestaurants> {
  const [mongo, redisEngine, amqp] = await Promise.all([
    startEngine('mongo'),
    startEngine('redis'),
    startEngine('amqp'),
  ]);
  const logger = createLogger({ service: 'test', level: 'error' });
  const redis = connectRedis({ url: `redis://127.0.0.1:${redisEngine.port}`, logger, commandTimeoutMs: 10_000 });
  const service = await start({
    env: {
      PORT: '0',
      LOG_LEVEL: 'error',
      IDENTITY_SECRET: SECRET,
      QUICKBITE_LAB_KEY: LAB_KEY,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
      MONGO_URL: `mongodb://127.0.0.1:${mongo.port}/restaurant_service`,
      REDIS_URL: `redis://127.0.0.1:${redisEngine.port}`,
      AMQP_URL: `amqp://guest:guest@127.0.0.1:${amqp.port}`,
    },
    knobs: createKnobs(knobDefs),
  });
  const call = createServiceClient(service.port, SECRET);
  const lab: ServiceClient = (method, path, options) =>
    call(method, path, { ...options, headers: { 'x-lab-key': LAB_KEY, ...options?.headers } });
  await eventually(async () => {
    if ((await call('GET', '/health/ready')).status !== 200) throw new Error('not ready');
  });
  let writes = 0;

  const countWrite = (answer: ServiceAnswer): ServiceAnswer => {
    if (answer.status < 300) writes += 1;
    return answer;
  };
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  const settled = (): Promise<void> =>
    eventually(async () => {
      const processed = Number(/^messages_total\{.*outcome="processed".*\} (\d+)$/m.exec(await metrics())?.[1] ?? 0);
      if (processed < writes) throw new Error(`${processed} of ${writes} events were consumed`);
    });
  const setKnobs = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const { status, body } = await lab('PUT', '/internal/knobs', { body: changes });
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  const defaults = Object.fromEntries(Object.entries(knobDefs).map(([name, knob]) => [name, knob.default]));
  await setKnobs(PATIENCE);

  return {
    mongo,
    redisEngine,
    amqp,
    redis,
    call,
    lab,
    setKnobs,
    cacheReport: async () => (await lab('GET', '/internal/cache')).body as CacheReport,
    async create(changes = {}) {
      const answer = countWrite(await call('POST', '/api/restaurants', { as: owner, body: { ...draft, ...changes } }));
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      await settled();
      return answer.body as AnsweredRestaurant;
    },
    metrics,
    countWrite,
    settled,
    async reset() {
      amqp.resume();
      await settled();
      await eventually(() => redisReadiness(redis).check());
      await redis.flushall();
      await setKnobs({ ...defaults, ...PATIENCE });
    },
    async stop() {
      redis.disconnect();
      await service.close();
      await Promise.all([mongo, redisEngine, amqp].map((engine) => engine.stop()));
    },
  };
}
