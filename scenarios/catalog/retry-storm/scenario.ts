import { z } from 'zod';
import { reset } from '../../faults/index.js';
import { browse, isFailed } from '../../load/index.js';
import type { Measured, Samples } from '../../load/index.js';
import { atLeast, atMost, between, defineScenario, exactly, ratio } from '../../protocol/index.js';
import type { ArmKnobs, ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

const SERVICE = 'restaurant-service';
/** Each connection breaks as soon as something is sent: a read that met this may be sent again. */
const LINK = { from: 'api-gateway', to: SERVICE } as const;
/** Calls that the gateway makes for each request of a customer. */
const CALLS = 'calls for each request';
const RETRIES = 'retries made';

const parameters = z.object({
  rate: z.int().min(10).max(200).default(20).describe('requests per second, in both arms'),
  retries: z.int().min(1).max(6).default(3).describe('how often a request may be repeated, in both arms'),
  budgetPercent: z.int().min(1).max(50).default(10).describe('retries that the defended arm allows for 100 requests'),
  outageMs: z.int().min(5_000).max(30_000).default(7_000).describe('how long the service fails'),
});

/** As good as none: each request pays in for more retries than it may make. */
const NO_BUDGET_PERCENT = 1_000;
/** Retries that a budget has saved up when nothing was wrong. */
const RESERVE = 10;

export const retryStorm = defineScenario({
  id: 'retry-storm',
  title: 'Retry storm',
  question: 'A service fails, and each request is tried again three times. How many calls reach it?',
  summary:
    'Every connection to the restaurant service breaks. Naive retries send each request four times to a service that has ' +
    'trouble already, and nobody gets a better answer; a budget lets a tenth of the requests be tried again.',
  seconds: 35,
  concepts: ['retries-and-backoff'],
  questions: ['what-is-a-retry-storm'],
  claims: ['retry-three-times'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [LINK],
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/retry-budget.js',
    from: 'hundredths -= 100;',
    to: '',
    refutes: CALLS,
  },

  arms: ({ retries, budgetPercent }) => {
    // What else would keep calls from the service is off in both arms: one defence at a time is measured.
    const arm = (percent: number): ArmKnobs => ({
      'api-gateway': {
        'retry.enabled': true,
        'retry.max': retries,
        'retry.budgetPercent': percent,
        'breaker.enabled': false,
        'balancing.ejection': false,
        'responseCache.enabled': false,
        'fallback.enabled': false,
      },
    });
    return { undefended: arm(NO_BUDGET_PERCENT), defended: arm(budgetPercent) };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question:
      'Three retries for each request, with a budget of 10 %. The service fails for everybody: how many calls reach it?',
    options: ['four times as many as requests', 'about a tenth more than requests', 'fewer than requests'],
    answer: ({ defended }) => {
      const { value } = callsOf(defended);
      if (typeof value !== 'number' || value > 2) return 0;
      return value < 1 ? 2 : 1;
    },
  },

  async story(run, { outageMs }) {
    const retries = async (): Promise<number> => {
      const gateway = await run.inside.metrics('api-gateway');
      return gateway.value('upstream_retries', { upstream: SERVICE, outcome: 'made' }) ?? 0;
    };

    await run.phase('steady', { what: 'everything works', lastsMs: 2_000 });
    const before = await retries();
    await run.phase('outage', { what: `connections to ${SERVICE} break`, lastsMs: outageMs }, () =>
      run.inject(reset(LINK)),
    );
    await run.phase('recovery', { what: 'connections hold again', lastsMs: 4_000 }, async () => {
      await run.heal();
      // Until then the last of those that met the outage have ended, and it is seen that the others work.
      await run.wait(2_000);
    });
    run.record(RETRIES, (await retries()) - before);
  },

  checks,
  why: explain,
});

/** Those that arrived while connections broke. */
const during = (m: ArmMeasurements): Samples => m.samples.intendedBetween(m.fault.injectedAt, m.fault.healedAt);
/** A request that arrives shortly before the end may be tried again after it: on a busy machine it takes seconds. */
const SLACK_MS = 3_000;
const doomed = (m: ArmMeasurements): Samples =>
  m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt - SLACK_MS);

function callsOf(m: ArmMeasurements): Measured {
  const { value } = m.value(RETRIES);
  const { count } = during(m);
  return { value: typeof value === 'number' && count > 0 ? 1 + value / count : undefined, samples: count };
}

function checks({ rate, retries, budgetPercent, outageMs }: z.infer<typeof parameters>): readonly Check[] {
  // The phases keep their length on any machine; injecting and healing take some of it.
  const counted = Math.floor(0.6 * rate * (outageMs / 1000));
  const all = 1 + retries;
  return [
    {
      arm: 'undefended',
      name: CALLS,
      // Those that arrive near the end get through with fewer; a few that were under way at the beginning add to it.
      target: between(0.6 * all, 1.1 * all),
      minSamples: counted,
      measure: callsOf,
    },
    {
      arm: 'undefended',
      name: 'requests that fail all the same',
      target: atLeast(95),
      unit: '%',
      minSamples: rate,
      measure: (m) => doomed(m).measure((s) => s.percent(isFailed)),
    },
    {
      arm: 'defended',
      name: CALLS,
      // The budget, and what it had saved up before.
      target: atMost(Math.ceil(100 + budgetPercent + (100 * RESERVE) / counted) / 100),
      minSamples: counted,
      measure: callsOf,
    },
    {
      arm: 'defended',
      name: 'failed after it was back',
      target: exactly(0),
      minSamples: Math.floor(rate / 2),
      measure: (m) => m.samples.intendedBetween(m.fault.readyAt, Infinity).measure((s) => s.failed.count),
    },
    {
      arm: 'both',
      name: `${CALLS}, defended / undefended`,
      target: atMost(0.5),
      minSamples: counted,
      measure: ({ undefended, defended }) => ratio(callsOf(defended), callsOf(undefended)),
    },
  ];
}

function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const calls = (m: ArmMeasurements): string => {
    const { value } = callsOf(m);
    return typeof value === 'number' ? value.toFixed(2) : 'an unknown number of';
  };
  const [storm, calm] = [doomed(undefended), doomed(defended)];
  return [
    `Naive retries made ${calls(undefended)} calls of each request while the service failed, and ${String(storm.failed.count)} of ${String(storm.count)} requests failed all the same: the service got its load several times over in the moment in which it could bear it least.`,
    `With a budget it was ${calls(defended)} calls for each, and ${String(calm.failed.count)} of ${String(calm.count)} failed: where nearly everything fails, trying again is no remedy, and the budget is what notices that.`,
  ];
}
