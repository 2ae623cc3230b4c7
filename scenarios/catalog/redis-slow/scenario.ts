import { z } from 'zod';
import { down, latency } from '../../faults/index.js';
import { browse } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { ANSWER_MS, answerOfThePrediction, BACK_MS, checksFor, explain, phases, SENT } from './judgement.js';

const parameters = z.object({
  rate: z.int().min(10).max(200).default(30).describe('reads per second'),
  slowMs: z.int().min(400).max(3_000).default(1_000).describe('how much later Redis answers'),
  timeoutMs: z.int().min(10).max(300).default(100).describe('how long the defended service waits for Redis'),
  deadMs: z.int().min(2_000).max(30_000).default(3_000).describe('how long the cache is dead'),
  slowForMs: z.int().min(5_000).max(30_000).default(6_000).describe('how long it is slow'),
});

const SERVICE = 'restaurant-service';
const CACHE = { from: SERVICE, to: 'redis' } as const;
const AT = { at: SERVICE } as const;
/** As good as none. */
const NO_TIMEOUT_MS = 5_000;
/** Far longer than reconnecting and the breaker's pause take together. */
const GIVE_UP_MS = 20_000;

export const redisSlow = defineScenario({
  id: 'redis-slow',
  title: 'Redis is slow',
  question: 'The cache answers, a second later than usual. Is that better than a dead one?',
  summary:
    'Customers look at restaurants, all of them answered from the cache. First the connection to Redis is cut, then it is there and ' +
    'slow. A service that goes on without a dead cache hardly notices the first, and in the second waits for every answer; ' +
    'with a short timeout and a breaker it takes a slow cache for a dead one.',
  seconds: 45,
  concepts: ['redis-failure', 'timeouts'],
  questions: ['slow-or-dead-which-is-worse'],
  claims: ['slow-redis-falls-back'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [CACHE],
  cast: { restaurants: 8 },
  parameters,
  defect: {
    file: 'shared/dist/cache/command-guard.js',
    from: 'breaker.run(() => within(timeoutMs, () => command(redis)))',
    to: 'breaker.run(() => within(60_000, () => command(redis)))',
    refutes: `${ANSWER_MS}, slow cache`,
  },

  arms: ({ timeoutMs }) => {
    // What the gateway has against slow services is off in both arms, and so are its own copies.
    const gateway = {
      'responseCache.enabled': false,
      'fallback.enabled': false,
      'breaker.enabled': false,
      'bulkhead.enabled': false,
    };
    const arm = (cache: ArmKnobs[string]): ArmKnobs => ({ 'api-gateway': gateway, [SERVICE]: cache });
    return {
      undefended: arm({ 'cache.timeoutMs': NO_TIMEOUT_MS, 'cache.breaker.enabled': false }),
      defended: arm({ 'cache.timeoutMs': timeoutMs, 'cache.breaker.enabled': true }),
    };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question: 'No timeout for the cache. First it is dead, then each of its answers takes a second. Customers wait',
    options: ['longer when it is dead', 'in both cases', 'only when it is slow', 'in neither: there is a database'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase(phases.steady, { what: 'everything works', lastsMs: 1_500 }, async () => {
      await run.burst('warm up', run.cast.restaurantIds.length, (n) => ({ path: pathOf(run, n) }), AT);
    });
    await run.phase(phases.dead, { what: 'connections to Redis are refused', lastsMs: p.deadMs }, () =>
      run.inject(down(CACHE)),
    );
    await run.phase(phases.between, { what: 'Redis is back', lastsMs: 2_500 }, async () => {
      await run.heal();
      await run.until('the cache answers again', () => hit(run), GIVE_UP_MS);
    });
    await run.phase(
      phases.slow,
      { what: `answers of Redis come ${String(p.slowMs)} ms later`, lastsMs: p.slowForMs },
      async () => {
        const endsAt = Date.now() + p.slowForMs;
        await run.inject(latency(CACHE, { ms: p.slowMs }));
        // The breaker needs as many failures as there were successes in its window of 10 s.
        await run.wait(p.slowForMs / 2);
        await countCommands(run, Math.max(1_000, endsAt - Date.now()));
      },
    );
    await run.phase(phases.again, { what: 'Redis is as fast as before', lastsMs: 2_500 }, async () => {
      await run.heal();
      const readyAt = Date.now();
      if (await run.within(GIVE_UP_MS, () => hit(run))) run.record(BACK_MS, Date.now() - readyAt);
    });
  },

  checks: checksFor,
  why: explain,
});

const pathOf = ({ cast }: ArmRun, n: number): string => `/api/restaurants/${cast.restaurantIds[n] ?? ''}`;

async function hit(run: ArmRun): Promise<true | undefined> {
  const { headers } = await run.api(undefined, AT).get(pathOf(run, 0));
  return headers['x-cache'] === 'hit' || undefined;
}

/** How many commands go to Redis for each hundred reads, for a while. */
async function countCommands(run: ArmRun, forMs: number): Promise<void> {
  const before = (await run.inside.cache()).breaker.stats;
  await run.wait(forMs);
  const after = (await run.inside.cache()).breaker.stats;
  const sent = after.fired - before.fired;
  const wanted = sent + after.rejected - before.rejected;
  run.record(SENT, (100 * sent) / wanted, { samples: wanted });
}
