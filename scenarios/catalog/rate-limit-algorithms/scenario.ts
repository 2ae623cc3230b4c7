import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, values, variants } from './judgement.js';

const parameters = z.object({
  limit: z
    .int()
    .min(5)
    .max(100)
    .default(20)
    .describe('how many reads a client may make in a window; 100 outside of the lab'),
  windowMs: z.int().min(3_000).max(20_000).default(5_000).describe('length of a window; 15 minutes outside of the lab'),
});

/** The first burst is sent so long before the edge of a fixed window, and the second one so long after it. */
const BEFORE_MS = 1_000;
const AFTER_MS = 50;
const ASK_EVERY_MS = 50;
/** To register somebody and to open connections before the first burst. */
const PREPARE_MS = 600;

export const rateLimitAlgorithms = defineScenario({
  id: 'rate-limit-algorithms',
  title: 'Ways to count',
  question: 'A client sends its limit just before the minute, and again just after it. How much gets through?',
  summary:
    'The same two bursts, a moment apart, on either side of the edge of a window: a fixed window lets twice the limit through, a ' +
    'sliding one the limit, a bucket of tokens the limit and what has dripped in since. Then it is measured who has to wait how long.',
  seconds: 45,
  concepts: ['rate-limit-algorithms'],
  questions: ['which-rate-limit-algorithm'],
  claims: ['rate-limit-library-slides'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  // On a busy machine an answer of Redis may take longer than 100 ms, and is not to be taken for an outage here.
  env: { 'api-gateway': { REDIS_TIMEOUT_MS: '3000' } },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/chosen-limiter.js',
    from: 'take: (attempt) => limiters[choose()].take(attempt)',
    to: 'take: (attempt) => limiters["fixed-window"].take(attempt)',
    refutes: `${values.through}, ${variants.sliding}`,
  },

  arms: ({ limit, windowMs }) => {
    const both: ArmKnobs = {
      'api-gateway': { 'rateLimit.general.limit': limit, 'rateLimit.general.windowMs': windowMs },
    };
    return { undefended: both, defended: both };
  },
  variants: () => {
    const counting = (algorithm: string): ArmKnobs => ({ 'api-gateway': { 'rateLimit.algorithm': algorithm } });
    return {
      undefended: { [variants.fixed]: counting(variants.fixed) },
      defended: { [variants.sliding]: counting(variants.sliding), [variants.bucket]: counting(variants.bucket) },
    };
  },
  bars: [{ value: values.through }, { value: values.wait, unit: 'ms' }],

  prediction: {
    question: 'A limit of 20 in 5 s, counted in fixed windows. How many of 40 get through within a second?',
    options: ['20', 'a few more than 20', '40'],
    answer: answerOfThePrediction,
  },

  async story(run, { limit, windowMs }) {
    await run.eachVariant(async (variant) => {
      const client = await run.newPerson('customer');

      await run.phase(
        `edge, ${variant}`,
        { what: `${String(limit)} reads before the edge, ${String(limit)} after it` },
        async () => {
          // Fixed windows follow each other from the beginning of 1970 on, by the clock of Redis, which is that of this machine.
          const edge = Math.ceil((Date.now() + BEFORE_MS + PREPARE_MS) / windowMs) * windowMs;
          await run.wait(edge - BEFORE_MS - Date.now());
          const before = await burst(run, client, limit);
          const inTime = Date.now() < edge;
          await run.wait(Math.max(0, edge + AFTER_MS - Date.now()));
          const after = await burst(run, client, limit);
          // Bursts that were not on either side of the edge say nothing about it.
          run.record(values.through, before + after, { samples: inTime ? 2 * limit : 0 });
          run.record(values.kept, await entriesOf(run, client));
        },
      );

      await run.phase(`wait, ${variant}`, { what: 'it asks until it is let in again' }, async () => {
        const startedAt = Date.now();
        await run.until(
          'the client is let in again',
          async () => (await read(run, client, 0)) || undefined,
          2 * windowMs + ASK_EVERY_MS,
        );
        run.record(values.wait, Date.now() - startedAt);
      });
    });
  },

  checks: checksFor,
  why: explain,
});

const pathOf = ({ cast: { restaurantIds } }: ArmRun, n: number): string =>
  `/api/restaurants/${restaurantIds[n % restaurantIds.length] ?? ''}`;

const read = async (run: ArmRun, client: Person, n: number): Promise<boolean> =>
  (await run.api(client).get(pathOf(run, n))).status === 200;

/** @returns how many got through */
async function burst(run: ArmRun, as: Person, count: number): Promise<number> {
  const answers = await run.burst('read', count, (n) => ({ as, path: pathOf(run, n) }));
  return answers.filter(({ status }) => status === 200).length;
}

/** How many numbers Redis keeps about the reads of one client, whatever the way of counting. */
async function entriesOf(run: ArmRun, { address }: Person): Promise<number> {
  const redis = await run.inside.redis();
  const key = (name: string): string => `ratelimit:{general:${address}}:${name}`;
  const sizes = [await redis.zcard(key('log')), await redis.hlen(key('fixed')), await redis.hlen(key('bucket'))];
  return Math.max(...sizes);
}
