import { z } from 'zod';
import { latency } from '../../faults/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { defineScenario } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, QUERIES } from './judgement.js';

const parameters = z.object({
  queryMs: z.int().min(10).max(1_000).default(200).describe('how long MongoDB takes for an answer'),
  herd: z.int().min(100).max(5_000).default(1_000).describe('how many ask at the moment at which the copy expires'),
  ttlMs: z
    .int()
    .min(600)
    .max(60_000)
    .default(2_000)
    .describe('how long a copy is fresh; 10 minutes outside of the lab'),
  trickleMs: z.int().min(50).max(2_000).default(1_500).describe('for how long before that somebody asks every 50 ms'),
});

/** What a copy's expiry says of itself in Redis. */
const entry = z.object({ expiresAt: z.number() });

/** A query of the embedded database takes a millisecond: too short for a crowd to gather. */
const DATABASE = { from: 'restaurant-service', to: 'mongo' } as const;
const TTL_MS = 600_000;
const EVERY_MS = 50;
/** The last of them is answered before the copy expires: the herd comes first. */
const BEFORE_MS = 40;
/** Past the gateway, which would merge the readers itself or turn most of them away. */
const AT = { at: 'restaurant-service' } as const;
/** Copies that are made from now on live as long as outside of the lab: each herd meets one expiry. */
const FRESH_FOR_LONG: ArmKnobs = { 'restaurant-service': { 'cache.ttlScale': 1 } };

/** The knobs of a strategy; each is measured alone. */
const strategy = (name: string, coalesce = false): ArmKnobs => ({
  'restaurant-service': { 'cache.stampede': name, 'cache.coalesce': coalesce },
});

export const thunderingHerd = defineScenario({
  id: 'thundering-herd',
  title: 'Thundering herd',
  question: 'A hot copy expires. How many of 1,000 readers ask the database?',
  summary:
    'A thousand customers open the same restaurant in the moment in which its cached copy expires. With nothing but the cache ' +
    'they all find it gone and all go to the database; four strategies each send one of them, or nobody.',
  seconds: 45,
  concepts: ['thundering-herd'],
  questions: ['what-is-the-thundering-herd'],
  claims: ['herd-hits-the-database'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  links: [DATABASE],
  parameters,
  defect: {
    file: 'shared/dist/cache/stampede/lock.js',
    from: 'const held = await rebuild.lock();\n    if (held === "away")',
    to: 'const held = "away";\n    if (held === "away")',
    refutes: 'queries, lock',
  },

  arms: ({ ttlMs }) => {
    // A thousand at once keep a small machine busy for a while: that is no reason to give Redis up.
    const both: ArmKnobs = {
      'restaurant-service': {
        'cache.ttlScale': ttlMs / TTL_MS,
        'cache.jitter': 0,
        'cache.earlyBeta': 2,
        'cache.timeoutMs': 5_000,
        'cache.lockMs': 15_000,
        // What a crowd at the database costs is to be seen, not bounded by another defence.
        'mongo.waitQueueMs': 60_000,
      },
    };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: { none: strategy('none') },
    defended: {
      lock: strategy('lock'),
      coalescing: strategy('none', true),
      'stale-while-revalidate': strategy('stale-while-revalidate'),
      early: strategy('early'),
    },
  }),
  bars: [{ value: QUERIES }],

  prediction: {
    question:
      'A thousand customers ask for a copy that has just expired. How many queries reach the database with a lock?',
    options: ['about a thousand', 'one', 'none'],
    answer: answerOfThePrediction,
  },

  notes: {
    none: 'A thousand readers, one copy that has just expired. Ask the class how many queries the database gets.',
    lock: 'One loads, the others look again until it is there. What if the holder dies? The lock frees itself.',
    'stale-while-revalidate': 'Everybody is served at once, with something a little too old. When is that fine?',
    early: 'Nobody coordinates: chance, growing towards the end. It needs somebody who asks before the end.',
  },

  async story(run, { herd, trickleMs, queryMs }) {
    await run.phase('slow', { what: `MongoDB takes ${String(queryMs)} ms` }, () =>
      run.inject(latency(DATABASE, { ms: queryMs })),
    );
    await run.eachVariant(async (variant) => {
      await run.phase(variant, { what: `${String(herd)} readers of one copy that expires` }, async () => {
        const [id = ''] = run.cast.restaurantIds;
        const path = `/api/restaurants/${id}`;
        const expiresAt = await cacheNewly(run, id);
        await run.wait(Math.max(0, expiresAt - trickleMs - Date.now()));

        const before = await run.inside.cache();
        await run.withKnobs(FRESH_FOR_LONG, async () => {
          const early: Promise<unknown>[] = [];
          while (Date.now() < expiresAt - BEFORE_MS) {
            early.push(run.api(undefined, AT).get(path));
            await run.wait(EVERY_MS);
          }
          await run.wait(Math.max(0, expiresAt + 1 - Date.now()));
          await run.burst('herd', herd, () => ({ path, mark: (answer) => answer.headers['x-cache'] }), AT);
          await Promise.all(early);
        });
        const after = await run.inside.cache();

        run.record(QUERIES, after.loads - before.loads, { samples: herd });
      });
    });
    await run.heal();
  },

  checks: checksFor,
  why: explain,
});

/** When the copy that is now made of a restaurant expires, in ms since the epoch. */
async function cacheNewly(run: ArmRun, id: string): Promise<number> {
  const redis = await run.inside.redis();
  await redis.del(`restaurant:${id}`);
  (await run.api(undefined, AT).get(`/api/restaurants/${id}`)).expect(200);
  return run.until('the copy is in Redis', async () => {
    const text = await redis.get(`restaurant:${id}`);
    return text === null ? undefined : entry.parse(JSON.parse(text)).expiresAt;
  });
}
