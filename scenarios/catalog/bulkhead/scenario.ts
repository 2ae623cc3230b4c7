import { z } from 'zod';
import { pause } from '../../faults/index.js';
import { browse, isAnswered, isFailed, steady, together } from '../../load/index.js';
import type { Samples, Traffic } from '../../load/index.js';
import { atLeast, atMost, defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

const SLOW = 'restaurant-service';
const SLOW_TAG = 'browse';
const HEALTHY_TAG = 'account';

const HELD = `calls to ${SLOW} at once (peak)`;
const LOOK_EVERY_MS = 200;
/** Calls that wait for a place in the bulkhead: as many as have one, half as long. */
const QUEUE_SHARE = 0.5;

const parameters = z.object({
  rate: z
    .int()
    .min(20)
    .max(300)
    .default(30)
    .describe('reads per second of the service that falls silent, in both arms'),
  healthyRate: z.int().min(5).max(100).default(10).describe('reads per second of a healthy service, in both arms'),
  capacity: z
    .int()
    .min(20)
    .max(1_000)
    .default(50)
    .describe('calls that the gateway can hold, to all services together'),
  places: z.int().min(5).max(500).default(12).describe('calls to one service at a time, with the bulkhead'),
  outageMs: z.int().min(4_000).max(20_000).default(6_000).describe('how long the service is silent'),
});
type Parameters = z.infer<typeof parameters>;

/** Customers who read their own account, of a service that is well all the time. */
const accounts = (rate: number): Traffic =>
  steady(rate, 'GET /api/users/me', ({ customers }) => (n) => {
    const customer = customers[n % customers.length];
    return {
      tag: HEALTHY_TAG,
      method: 'GET',
      path: '/api/users/me',
      headers: { authorization: `Bearer ${customer?.token ?? ''}`, 'x-forwarded-for': customer?.address ?? '' },
      expects: 200,
    };
  });

export const bulkhead = defineScenario({
  id: 'bulkhead',
  title: 'Bulkhead',
  question: 'One service falls silent. What happens to those who want something of another?',
  summary:
    'The restaurant service is frozen, and its callers wait for their timeout. What the gateway can hold is finite, and they fill ' +
    'it: customers who want their account, of a service that is well, are refused. With a bulkhead the silent service has a ' +
    'quarter of the room, and the others do not notice.',
  seconds: 40,
  concepts: ['bulkhead'],
  questions: ['what-is-a-bulkhead'],
  claims: ['a-pool-for-each-service'],
  services: ['api-gateway', 'user-service', SLOW],
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/bulkhead.js',
    from: 'if (!enabled || inUse < maxConcurrent)',
    to: 'if (inUse >= 0)',
    refutes: 'accounts that fail',
  },

  arms: ({ capacity, places }) => {
    // The timeout is the gateway's own. What else keeps a silent service from holding calls is off in both arms.
    const arm = (enabled: boolean): ArmKnobs => ({
      'api-gateway': {
        'upstream.maxCalls': capacity,
        'breaker.enabled': false,
        'retry.enabled': false,
        'fallback.enabled': false,
        'responseCache.enabled': false,
        'rateLimit.enabled': false,
        'bulkhead.enabled': enabled,
        'bulkhead.maxConcurrent': places,
        'bulkhead.maxQueue': Math.ceil(QUEUE_SHARE * places),
      },
    });
    return { undefended: arm(false), defended: arm(true) };
  },

  traffic: ({ rate, healthyRate }) => together(browse({ rate }), accounts(healthyRate)),

  prediction: {
    question:
      'The restaurant service is silent, and there is no bulkhead. What becomes of customers who want their account?',
    options: ['they are served as always', 'they are served late', 'many of them are refused'],
    answer({ undefended }) {
      const { value = 0 } = failedAccounts(undefended);
      if (typeof value === 'number' && value >= 10) return 2;
      return (accountsDuring(undefended).latency(50) ?? 0) > 500 ? 1 : 0;
    },
  },

  notes: {
    steady: 'Two services, both well. The gateway holds a call or two at a time.',
    outage:
      'One of them is frozen. How long until the gateway is full? Its capacity, divided by what arrives for the silent one.',
    recovery: 'It is back. With the bulkhead, who wanted an account never knew.',
  },

  async story(run, { outageMs }) {
    await run.phase('steady', { what: 'both services are well', lastsMs: 2_000 });
    await run.phase('outage', { what: `${SLOW} is frozen`, lastsMs: outageMs }, async () => {
      await run.inject(pause(SLOW));
      const until = Date.now() + outageMs - 2 * LOOK_EVERY_MS;
      while (Date.now() < until) {
        const gateway = await run.inside.metrics('api-gateway');
        run.record(HELD, gateway.value('upstream_in_flight', { upstream: SLOW }) ?? 0);
        await run.wait(LOOK_EVERY_MS);
      }
    });
    await run.phase('recovery', { what: `${SLOW} is back`, lastsMs: 3_000 }, () => run.heal());
  },

  checks,
  why: explain,
});

const during = (m: ArmMeasurements): Samples => m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt);
const accountsDuring = (m: ArmMeasurements): Samples => during(m).tagged(HEALTHY_TAG);
const failedAccounts = (m: ArmMeasurements): ReturnType<Check['measure']> =>
  accountsDuring(m).measure((s) => s.percent(isFailed));

function checks({ healthyRate, capacity, places, outageMs }: Parameters): readonly Check[] {
  const many = Math.floor(0.5 * healthyRate * (outageMs / 1000));
  const held = (arm: ArmName, target: Check['target']): Check => ({
    ...{ arm, name: HELD, target, minSamples: 5 },
    measure(m: ArmMeasurements) {
      const seen = m.values(HELD);
      return { value: seen.length === 0 ? undefined : Math.max(...seen), samples: seen.length };
    },
  });
  const accountsThatFail = (arm: ArmName, target: Check['target']): Check => ({
    ...{ arm, name: 'accounts that fail', target, unit: '%', minSamples: many },
    measure: failedAccounts,
  });
  return [
    held('undefended', atLeast(0.9 * capacity)),
    // It is full from (capacity / rate) on until the first calls have had their timeout: 3.3 of 6 s, and half full of luck after that.
    accountsThatFail('undefended', atLeast(25)),
    held('defended', atMost(places)),
    accountsThatFail('defended', atMost(2)),
    {
      arm: 'defended',
      name: 'answered when it is back',
      target: atLeast(99),
      unit: '%',
      minSamples: many / 2,
      measure: (m) => m.samples.intendedBetween(m.fault.readyAt, Infinity).measure((s) => s.percent(isAnswered)),
    },
  ];
}

function explain({ undefended, defended }: MeasuredArms, { capacity, places }: Parameters): readonly [string, string] {
  const [sunk, dry] = [accountsDuring(undefended), accountsDuring(defended)];
  const refused = during(defended)
    .tagged(SLOW_TAG)
    .where(({ status }) => status === 503);
  const peak = (m: ArmMeasurements): string => String(Math.max(0, ...m.values(HELD)));
  return [
    `Without a bulkhead, up to ${peak(undefended)} calls waited for the silent service at once, which is all that a gateway with ${String(capacity)} places can hold; ${String(sunk.failed.count)} of ${String(sunk.count)} customers who wanted their account were refused, although its service was well.`,
    `With ${String(places)} places for each service, up to ${peak(defended)} calls waited for the silent one, ${String(refused.count)} further requests for it were refused instead of waiting, and ${String(dry.failed.count)} of ${String(dry.count)} accounts failed.`,
  ];
}
