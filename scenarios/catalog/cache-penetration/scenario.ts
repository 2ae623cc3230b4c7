import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, COPIES, explain, QUERIES } from './judgement.js';

const parameters = z.object({
  deadLinks: z.int().min(5).max(200).default(20).describe('how many restaurants that are gone people still ask for'),
  rounds: z.int().min(5).max(100).default(20).describe('how often each of them is asked for'),
  madeUp: z.int().min(50).max(2_000).default(200).describe('how many ids an attacker makes up, each asked for once'),
});

const AT = { at: 'restaurant-service' } as const;

export const cachePenetration = defineScenario({
  id: 'cache-penetration',
  title: 'Cache penetration',
  question: 'Twenty restaurants are gone, but people still ask for them. How many of 400 reads reach the database?',
  summary:
    'Links to restaurants that no longer exist are opened again and again. What does not exist has no copy, so each look is a query, ' +
    'cache or not; with a short-lived copy of "there is none", one look in each lifetime is. Then somebody makes up new ids, ' +
    'against which that does not help.',
  seconds: 25,
  concepts: ['cache-penetration'],
  questions: ['ids-that-do-not-exist'],
  claims: ['a-miss-is-cached'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  parameters,
  defect: {
    file: 'shared/dist/cache/copies.js',
    from: 'const seconds = value === void 0 ? negativeTtlSeconds :',
    to: 'const seconds = value === void 0 ? 0 :',
    refutes: QUERIES.deadLinks,
  },

  arms: () => {
    const arm = (negativeTtlSeconds: number): ArmKnobs => ({
      'restaurant-service': {
        'cache.negativeTtlSeconds': negativeTtlSeconds,
        // A burst keeps a small machine busy for a while: that is no reason to give Redis up.
        'cache.timeoutMs': 5_000,
        'cache.breaker.enabled': false,
      },
    });
    // A minute: longer than the run, so that what is counted does not depend on how fast it goes.
    return { undefended: arm(0), defended: arm(60) };
  },
  bars: Object.values(QUERIES).map((value) => ({ value })),

  prediction: {
    question: 'With copies of "there is none": how many of 200 reads of ids that somebody makes up reach the database?',
    options: ['none', 'about ten', 'all 200'],
    answer: answerOfThePrediction,
  },

  async story(run, { deadLinks, rounds, madeUp }) {
    const gone = absentIds(deadLinks);
    await run.phase('dead links', { what: `${String(deadLinks)} that are gone, ${String(rounds)} times each` }, () =>
      countQueries(run, QUERIES.deadLinks, deadLinks * rounds, async () => {
        for (let round = 0; round < rounds; round += 1) await ask(run, 'dead link', gone);
      }),
    );
    await run.phase('made up', { what: `${String(madeUp)} ids that nobody has asked for before` }, async () => {
      const invented = absentIds(madeUp);
      await countQueries(run, QUERIES.madeUp, madeUp, () => ask(run, 'made up', invented));
      const redis = await run.inside.redis();
      run.record(COPIES, await redis.exists(...invented.map((id) => `restaurant:${id}`)), { samples: madeUp });
    });
  },

  checks: checksFor,
  why: explain,
});

/** Well-formed ids with the timestamp of 1970, which no document made today has. */
const absentIds = (count: number): readonly string[] =>
  Array.from({ length: count }, () => `00000000${randomBytes(8).toString('hex')}`);

async function ask(run: ArmRun, tag: string, ids: readonly string[]): Promise<void> {
  await run.burst(tag, ids.length, (n) => ({ path: `/api/restaurants/${ids[n] ?? ''}`, expects: 404 }), AT);
}

async function countQueries(run: ArmRun, name: string, reads: number, body: () => Promise<void>): Promise<void> {
  const before = await run.inside.cache();
  await body();
  const after = await run.inside.cache();
  run.record(name, after.loads - before.loads, { samples: reads });
}
