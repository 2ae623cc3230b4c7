import { z } from 'zod';
import type { StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, LET_IN_AGAIN, reached, TOLD_TO_WAIT, UNTOLD } from './judgement.js';

const parameters = z.object({
  reads: z.int().min(120).max(2_000).default(200).describe('how many restaurants the client reads at once'),
  writes: z.int().min(30).max(500).default(50).describe('how many changes of its account it sends at once'),
  guesses: z.int().min(10).max(200).default(20).describe('how many wrong sign-ins it tries at once'),
  windowMs: z
    .int()
    .min(3_000)
    .max(60_000)
    .default(10_000)
    .describe('length of all windows; 15 minutes for reads and sign-ins, 1 minute for writes outside of the lab'),
});

/** As many as one household reads in a moment, while the flood is on. */
const NEIGHBOUR_READS = 20;
/** Whoever comes when he was told to is let in; on a busy machine a little later. */
const PUNCTUAL_MS = 3_000;

export const rateLimitFlood = defineScenario({
  id: 'rate-limit-flood',
  title: 'Flood of one client',
  question: 'One client sends 270 requests at once. How many get through?',
  summary:
    'A single address reads hundreds of restaurants, changes its account again and again and guesses passwords, all at once. ' +
    'Without limits everything reaches the services; with three tiers each kind of request has an allowance of its own, and ' +
    'a refusal says when to come again.',
  seconds: 35,
  concepts: ['rate-limiting'],
  questions: ['which-requests-need-a-limit'],
  claims: ['three-tiers-of-limits'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  // On a busy machine an answer of Redis may take longer than 100 ms, and is not to be taken for an outage here.
  env: { 'api-gateway': { REDIS_TIMEOUT_MS: '3000' } },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/entry-points/http/rate-limit.js',
    from: 'if (verdict.outcome !== "admitted") throw refusal(tier, attempt, verdict);',
    to: '',
    refutes: 'reads that reached restaurant-service',
  },

  arms: ({ windowMs }) => {
    // Copies in the gateway would answer most reads of a flood; here it is counted what the limits alone keep away.
    const arm = (enabled: boolean): ArmKnobs => ({
      'api-gateway': {
        'rateLimit.enabled': enabled,
        'rateLimit.general.windowMs': windowMs,
        'rateLimit.write.windowMs': windowMs,
        'rateLimit.auth.windowMs': windowMs,
        'responseCache.enabled': false,
        'bulkhead.maxQueue': 10_000,
      },
    });
    return { undefended: arm(false), defended: arm(true) };
  },
  bars: Object.values(reached).map((value) => ({ value })),

  prediction: {
    question: 'One address tries 20 passwords at once; 5 may fail in a window. How many are checked?',
    options: ['all 20: none of them has failed yet', 'a few more than 5', '5'],
    answer: answerOfThePrediction,
  },

  async story(run, { reads, writes, guesses }) {
    const flooder = await run.newPerson('customer');
    const as = { as: flooder };
    let refusals: readonly StoryAnswer[] = [];

    await run.phase('flood', { what: `${String(reads + writes + guesses)} requests from one address` }, async () => {
      const before = await counts(run);
      const answers = await Promise.all([
        run.burst('read', reads, (n) => ({ ...as, path: restaurantPath(run, n) })),
        run.burst('write', writes, (n) => ({
          ...as,
          method: 'PATCH',
          path: '/api/users/me',
          body: { name: `Renamed ${String(n)}` },
        })),
        // Each for another account: what is tried here is the limit of the address, not that of the account.
        run.burst('guess', guesses, (n) => ({
          ...as,
          method: 'POST',
          path: '/api/auth/login',
          body: { email: `somebody-${String(n)}-${flooder.id}@lab.example`, password: 'password123' },
          expects: 401,
        })),
        run.burst('neighbour', NEIGHBOUR_READS, (n) => ({
          as: run.cast.customers[0] ?? flooder,
          path: restaurantPath(run, n),
        })),
      ]);
      const after = await counts(run);
      run.record(reached.reads, after.reads - before.reads - NEIGHBOUR_READS, { samples: reads });
      run.record(reached.writes, after.writes - before.writes, { samples: writes });
      run.record(reached.guesses, after.guesses - before.guesses, { samples: guesses });
      refusals = answers.flat().filter(({ status }) => status === 429);
    });

    run.record(UNTOLD, refusals.filter((answer) => !saysWhen(answer)).length, { samples: refusals.length });

    await run.phase('patience', { what: 'it comes again when it was told to' }, async () => {
      const seconds = Math.max(0, ...refusals.map(({ headers }) => Number(headers['retry-after'] ?? 0)));
      run.record(TOLD_TO_WAIT, seconds, { samples: refusals.length });
      await run.wait(seconds * 1_000);
      const letIn = await run.within(PUNCTUAL_MS, async () => {
        const { status } = await run.api(flooder).get(restaurantPath(run, 0));
        return status === 200 || undefined;
      });
      run.record(LET_IN_AGAIN, letIn ? 1 : 0);
    });
  },

  checks: checksFor,
  why: explain,
});

const restaurantPath = ({ cast }: ArmRun, n: number): string =>
  `/api/restaurants/${cast.restaurantIds[n % cast.restaurantIds.length] ?? ''}`;

/** When to come again, in seconds, and what is allowed at all: RFC 9110 and the IETF's draft for RateLimit fields. */
function saysWhen({ headers }: StoryAnswer): boolean {
  return (
    /^[1-9]\d*$/.test(headers['retry-after'] ?? '') &&
    /^"(general|auth|write)";r=0;t=\d+$/.test(headers['ratelimit'] ?? '') &&
    /;q=\d+;w=\d+$/.test(headers['ratelimit-policy'] ?? '')
  );
}

/** What the services themselves have answered so far, whatever the gateway says. */
async function counts(run: ArmRun): Promise<{ reads: number; writes: number; guesses: number }> {
  const [restaurants, users] = await Promise.all([
    run.inside.metrics('restaurant-service'),
    run.inside.metrics('user-service'),
  ]);
  const requests = 'http_request_duration_seconds_count';
  return {
    reads: restaurants.value(requests, { method: 'GET', route: '/api/restaurants/:id' }) ?? 0,
    writes: users.value(requests, { method: 'PATCH', route: '/api/users/me' }) ?? 0,
    guesses: users.value('login_attempts_total', { outcome: 'failed' }) ?? 0,
  };
}
