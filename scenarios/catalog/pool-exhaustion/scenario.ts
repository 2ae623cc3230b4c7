import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { browse } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, phaseOf, values, variants } from './judgement.js';

const SERVICE = 'restaurant-service';
const DATABASE = { from: SERVICE, to: 'mongo' };

const parameters = z.object({
  rate: z.int().min(10).max(200).default(30).describe('requests per second, each of them one query'),
  queryMs: z
    .int()
    .min(50)
    .max(500)
    .default(200)
    .describe('how much longer a query takes while the database is far away'),
  small: z.int().min(1).max(20).default(2).describe('connections of the small pool'),
  fitting: z.int().min(5).max(200).default(20).describe('connections of the pool that fits'),
  waitMs: z
    .int()
    .min(20)
    .max(2_000)
    .default(200)
    .describe('how long a query may wait for a connection where that is bounded'),
  timeoutMs: z.int().min(500).max(1_500).default(1_500).describe('how long the gateway waits for the service'),
  slowMs: z.int().min(7_000).max(30_000).default(7_000).describe('how long the database is far away'),
});

const serverStatus = z.looseObject({ connections: z.looseObject({ current: z.number() }) });

/** The driver's own: a query waits for a connection for as long as it takes. */
const FOR_EVER = 0;
/** Long enough for the service to connect with another pool, also on a busy machine. */
const STEADY_MS = 2_500;
const RECOVERY_MS = 1_500;
const LOOK_EVERY_MS = 150;

export const poolExhaustion = defineScenario({
  id: 'pool-exhaustion',
  title: 'An exhausted pool',
  question: 'The database has nothing to do, and every request times out. Where do they wait?',
  summary:
    'Queries take longer for a while, so that each holds its connection longer. A pool of two has a queue then that only grows, and ' +
    'serves people who have gone; a pool that fits has none, and a bound to the wait lets the two connections serve those who are there.',
  seconds: 45,
  concepts: ['connection-pools'],
  questions: ['how-large-should-a-connection-pool-be'],
  claims: ['connections-are-unlimited-by-default'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [DATABASE],
  parameters,
  defect: {
    file: 'shared/dist/database/connect-mongo.js',
    from: 'waitQueueTimeoutMS: waitMs',
    to: 'waitQueueTimeoutMS: 0',
    refutes: `timed out, ${variants.bounded}`,
  },

  arms: ({ timeoutMs }) => {
    // Each request is one query, and nothing but the pool stands between them.
    const alike: ArmKnobs = {
      'api-gateway': {
        'breaker.enabled': false,
        'bulkhead.enabled': false,
        'retry.enabled': false,
        'balancing.ejection': false,
        'responseCache.enabled': false,
        'fallback.enabled': false,
        'upstream.timeoutMs': timeoutMs,
      },
      [SERVICE]: { 'cache.enabled': false, 'cache.coalesce': false },
    };
    return { undefended: alike, defended: alike };
  },
  variants: ({ small, fitting, waitMs }) => ({
    undefended: { [variants.small]: pool(small, FOR_EVER) },
    defended: { [variants.fitting]: pool(fitting, FOR_EVER), [variants.bounded]: pool(small, waitMs) },
  }),

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question:
      'Two connections, queries of 200 ms: 10 a second fit. 30 a second come. How many are answered after some seconds?',
    options: ['10 a second', 'hardly any', 'all of them, late'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.eachVariant(async (variant) => {
      const { steady, slow, recovery } = phaseOf(variant);
      await run.phase(steady, { what: 'the database is near', lastsMs: STEADY_MS }, () => untilConnected(run));
      const slowly = { what: `a query takes ${String(p.queryMs)} ms longer`, lastsMs: p.slowMs };
      await run.phase(slow, slowly, async () => {
        const endsAt = Date.now() + p.slowMs;
        await run.inject(latency(DATABASE, { ms: p.queryMs }));
        // The first half is for the queue to build up, where there is one.
        await run.wait(Math.max(0, endsAt - p.slowMs / 2 - Date.now()));
        while (Date.now() < endsAt - LOOK_EVERY_MS) {
          await look(run);
          await run.wait(LOOK_EVERY_MS);
        }
      });
      await run.phase(recovery, { what: 'the database is near again', lastsMs: RECOVERY_MS }, () => run.heal());
    });
  },

  checks: checksFor,
  why: explain,
});

const pool = (size: number, waitMs: number): ArmKnobs => ({
  [SERVICE]: { 'mongo.maxPoolSize': size, 'mongo.waitQueueMs': waitMs },
});

/** Another size is another pool: the service connects anew, and is not ready meanwhile. */
async function untilConnected(run: ArmRun): Promise<void> {
  await run.until(`${SERVICE} has connected with its new pool`, async () => {
    const { status } = await run.api(undefined, { at: SERVICE }).get('/health/ready');
    return status === 200 || undefined;
  });
}

/** Both ends of the pool: how many wait for a connection, and whether the database is busy. */
async function look(run: ArmRun): Promise<void> {
  const service = await run.inside.metrics(SERVICE);
  run.record(values.inUse, service.value('mongo_pool_checked_out') ?? NaN);
  run.record(values.waiting, service.value('mongo_pool_wait_queue') ?? NaN);

  const database = await run.inside.mongo('restaurant_service');
  const startedAt = performance.now();
  await database.collection('restaurants').findOne({});
  run.record(values.direct, performance.now() - startedAt);
  run.record(values.open, serverStatus.parse(await database.admin().serverStatus()).connections.current);
}
