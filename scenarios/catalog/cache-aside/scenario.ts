import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { browse } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, ASKED, checksFor, explain, HITS } from './judgement.js';

const parameters = z.object({
  rate: z.int().min(20).max(500).default(40).describe('reads per second of all 8 restaurants together'),
  queryMs: z.int().min(10).max(1_000).default(50).describe('how long MongoDB takes for an answer'),
  shortTtlMs: z.int().min(600).max(5_000).default(600).describe('how long a copy lives at first'),
  longTtlMs: z.int().min(600).max(60_000).default(4_000).describe('and then; 10 minutes outside of the lab'),
  shortMs: z.int().min(2_000).max(30_000).default(4_000).describe('how long to watch with the short time to live'),
  longMs: z.int().min(2_000).max(120_000).default(8_000).describe('and with the long one'),
});

const DATABASE = { from: 'restaurant-service', to: 'mongo' } as const;
const TTL_MS = 600_000;

/** Has copies of single restaurants live for so long. */
const livesFor = (ttlMs: number): ArmKnobs => ({ 'restaurant-service': { 'cache.ttlScale': ttlMs / TTL_MS } });

export const cacheAside = defineScenario({
  id: 'cache-aside',
  title: 'Cache-aside',
  question: 'How many of 100 reads still reach the database when there is a cache?',
  summary:
    'Customers look at eight restaurants while a query takes 50 ms. Without a cache each look is a query; with one, the share that ' +
    'still asks MongoDB follows from how often a copy is read before it expires: once with a short time to live, once with a long one.',
  seconds: 45,
  concepts: ['cache-aside', 'cache-ttl', 'read-heavy-vs-write-heavy'],
  questions: ['what-should-be-cached-and-for-how-long'],
  claims: ['cache-takes-80-percent-off-the-database'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  links: [DATABASE],
  cast: { restaurants: 8 },
  parameters,
  defect: {
    file: 'shared/dist/cache/copies.js',
    from: 'if (ttlMs < 1 || loadMs >= FENCE_MS) return;',
    to: 'return;',
    refutes: 'reads that ask MongoDB, long time to live',
  },

  arms: () => {
    // What else spares the database is off in both arms: copies in the gateway, and readers who share a query.
    const arm = (enabled: boolean): ArmKnobs => ({
      'api-gateway': { 'responseCache.enabled': false },
      'restaurant-service': {
        'cache.enabled': enabled,
        'cache.stampede': 'none',
        'cache.coalesce': false,
        'cache.jitter': 0,
        // A busy machine is no reason to give Redis up.
        'cache.timeoutMs': 5_000,
        'cache.breaker.enabled': false,
      },
    });
    return { undefended: arm(false), defended: arm(true) };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question:
      'Each restaurant is read five times a second, a copy lives for four seconds. How many of 100 reads ask MongoDB?',
    options: ['about 50', 'about 20', '10 at most'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase('slow', { what: `MongoDB takes ${String(p.queryMs)} ms`, lastsMs: 500 }, () =>
      run.inject(latency(DATABASE, { ms: p.queryMs })),
    );
    await watch(run, { phase: 'short', ttlMs: p.shortTtlMs, forMs: p.shortMs });
    await watch(run, { phase: 'long', ttlMs: p.longTtlMs, forMs: p.longMs });
    await run.heal();
  },

  checks: checksFor,
  why: explain,
});

/** Counts for a while what the cache answered and what went to the database. Both arms have their copies live that long. */
async function watch(
  run: ArmRun,
  { phase, ttlMs, forMs }: { phase: string; ttlMs: number; forMs: number },
): Promise<void> {
  await run.withKnobs(livesFor(ttlMs), () =>
    run.phase(phase, { what: `a copy lives ${String(ttlMs)} ms`, lastsMs: forMs }, async () => {
      await forgetAll(run);
      const before = await run.inside.cache();
      await run.wait(forMs);
      const after = await run.inside.cache();
      const reads = total(after.reads) - total(before.reads);
      run.record(ASKED, (100 * (after.loads - before.loads)) / reads, { samples: reads });
      run.record(HITS, (100 * (after.reads.hit - before.reads.hit)) / reads, { samples: reads });
    }),
  );
}

/** Copies that were made before live as long as was the rule then. */
async function forgetAll(run: ArmRun): Promise<void> {
  await (await run.inside.redis()).del(...run.cast.restaurantIds.map((id) => `restaurant:${id}`));
}

type Reads = Awaited<ReturnType<ArmRun['inside']['cache']>>['reads'];
const total = ({ hit, stale, miss, coalesced, bypass, error }: Reads): number =>
  hit + stale + miss + coalesced + bypass + error;
