import { z } from 'zod';
import { down } from '../../faults/index.js';
import { browse } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, ASKED, BACK_MS, checksFor, explain, FAILED, LET_THROUGH } from './judgement.js';

const parameters = z.object({
  rate: z.int().min(10).max(300).default(30).describe('reads per second'),
  steadyMs: z.int().min(1_000).max(30_000).default(2_500).describe('how long everything works'),
  outageMs: z.int().min(3_000).max(30_000).default(5_000).describe('how long Redis is dead'),
  recoveryMs: z.int().min(2_000).max(30_000).default(4_000).describe('how long to watch after it is back'),
});

const SERVICE = 'restaurant-service';
/** Everybody who uses Redis here; the measured one is cut off last and comes back first. */
const USERS = ['api-gateway', 'user-service', SERVICE] as const;
const linkOf = (user: string): { readonly from: string; readonly to: string } => ({ from: user, to: 'redis' });
const AT = { at: SERVICE } as const;
/** More than the limit of one client, 100, of which the gateway counts the places while Redis lives. */
const GREEDY_READS = 120;
/** Far longer than reconnecting and the breaker's pause take together. */
const GIVE_UP_MS = 20_000;

export const redisDown = defineScenario({
  id: 'redis-down',
  title: 'Redis is down',
  question: 'Redis dies. What do customers notice?',
  summary:
    'Customers look at restaurants, all of them answered from the cache, when all connections to Redis are cut. A service that takes its cache for a ' +
    'database fails every read; one that can do without goes to MongoDB, which then has all the work, and comes back to the cache by ' +
    'itself. The gateway meanwhile counts its rate limits in its own memory.',
  seconds: 35,
  concepts: ['redis-failure'],
  questions: ['redis-goes-down'],
  claims: ['without-redis-ten-times-slower'],
  services: USERS,
  links: USERS.map(linkOf),
  parameters,
  defect: {
    file: 'shared/dist/cache/cache.js',
    from: 'if (!settings().failOpen)',
    to: 'if (settings().enabled)',
    refutes: FAILED,
  },

  arms: () => {
    // The gateway could answer from copies of its own, or stop asking: here it is seen what the service itself does.
    const arm = (failOpen: boolean): ArmKnobs => ({
      'api-gateway': {
        'responseCache.enabled': false,
        'fallback.enabled': false,
        'breaker.enabled': false,
        'retry.enabled': false,
        'balancing.ejection': false,
      },
      // A dead Redis refuses at once, however patient the service is: a busy machine is not to look like a slow one.
      [SERVICE]: { 'cache.failOpen': failOpen, 'cache.timeoutMs': 1_000 },
    });
    return { undefended: arm(false), defended: arm(true) };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question: 'All reads are answered from Redis, and it dies. A service that can do without it answers with',
    options: ['errors', 'the right answers, each after a timeout', 'the right answers, about as fast as before'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase('steady', { what: 'everything works', lastsMs: p.steadyMs }, async () => {
      await run.burst('warm up', run.cast.restaurantIds.length, (n) => ({ path: pathOf(run, n) }), AT);
      await share(run, p.steadyMs / 2);
    });
    await run.phase('outage', { what: 'nobody reaches Redis', lastsMs: p.outageMs }, async () => {
      for (const user of USERS) await run.inject(down(linkOf(user)));
      await share(run, p.outageMs / 3);
      await readALot(run);
    });
    await run.phase(
      'recovery',
      { what: 'Redis is back, and nobody tells the service', lastsMs: p.recoveryMs },
      async () => {
        await run.heal();
        const readyAt = Date.now();
        const back = await run.within(GIVE_UP_MS, async () => {
          const { headers } = await run.api(undefined, AT).get(pathOf(run, 0));
          return headers['x-cache'] === 'hit' || undefined;
        });
        if (back) run.record(BACK_MS, Date.now() - readyAt);
      },
    );
  },

  checks: checksFor,
  why: explain,
});

const pathOf = ({ cast }: ArmRun, n: number): string =>
  `/api/restaurants/${cast.restaurantIds[n % cast.restaurantIds.length] ?? ''}`;

/** Which share of the reads asks the database, for a while. A read that is refused for want of Redis asks nobody. */
async function share(run: ArmRun, forMs: number): Promise<void> {
  const requests = { method: 'GET', route: '/api/restaurants/:id' };
  const look = async () => ({ metrics: await run.inside.metrics(SERVICE), cache: await run.inside.cache() });
  const before = await look();
  await run.wait(forMs);
  const after = await look();
  const reads = after.metrics.since(before.metrics, 'http_request_duration_seconds_count', requests);
  // What is under way at either end falls on one side of one count and on the other of the other.
  const asked = Math.min(reads, after.cache.loads - before.cache.loads);
  run.record(ASKED, (100 * asked) / reads, { samples: reads });
}

/** Somebody new, who reads more than a client may: the gateway's count is in its own memory now, and is a limit nevertheless. */
async function readALot(run: ArmRun): Promise<void> {
  const as = await run.newPerson('customer');
  const answers = await run.burst('greedy', GREEDY_READS, (n) => ({ as, path: pathOf(run, n) }));
  const refused = answers.filter(({ status }) => status === 429).length;
  run.record(LET_THROUGH, answers.length - refused, { samples: answers.length });
}
