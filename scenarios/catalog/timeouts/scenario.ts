import { z } from 'zod';
import { pause } from '../../faults/index.js';
import { browse, isAnswered, isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, atMost, between, defineScenario, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

const VICTIM = 'restaurant-service';

/** As good as none: longer than any outage of the lab. */
const NO_TIMEOUT_MS = 60_000;

const parameters = z.object({
  rate: z.int().min(10).max(500).default(40).describe('requests per second, in both arms'),
  timeoutMs: z.int().min(100).max(5_000).default(500).describe('how long the defended gateway waits for an answer'),
  steadyMs: z.int().min(500).max(60_000).default(2_000).describe('how long everything works'),
  outageMs: z.int().min(2_000).max(30_000).default(6_000).describe('how long the service is silent'),
  recoveryMs: z.int().min(1_000).max(60_000).default(4_000).describe('how long to watch after it is back'),
});
type Parameters = z.infer<typeof parameters>;

export const timeouts = defineScenario({
  id: 'timeouts',
  title: 'Timeouts',
  question: 'A service falls silent. How many requests wait for it at once?',
  summary:
    'Customers look at restaurants while the restaurant service is frozen for some seconds. Without a timeout in the gateway ' +
    'every one of them waits until it is back; with one, as many wait as arrive within the timeout, and no more.',
  seconds: 40,
  concepts: ['timeouts'],
  questions: ['how-long-should-a-timeout-be'],
  claims: ['do-not-wait-forever'],
  services: ['api-gateway', 'user-service', VICTIM],
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/call-upstream.js',
    from: 'knobs.get("upstream.timeoutMs")',
    to: '60_000',
    refutes: 'time of a failure (median)',
  },

  arms: ({ timeoutMs }) => {
    // What else the gateway has against failing upstreams is off in both arms: one defence at a time is measured.
    const alike = {
      'breaker.enabled': false,
      'bulkhead.enabled': false,
      'retry.enabled': false,
      'balancing.ejection': false,
      'responseCache.enabled': false,
    };
    return {
      undefended: { 'api-gateway': { ...alike, 'upstream.timeoutMs': NO_TIMEOUT_MS } },
      defended: { 'api-gateway': { ...alike, 'upstream.timeoutMs': timeoutMs } },
    };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question: 'A timeout of half a second, a service that stays silent. How many wait for it at once?',
    options: ['more and more', 'as many as arrive in half a second', 'none'],
    answer: ({ undefended, defended }) => {
      const peak = peakOf(defended);
      if (peak < FEW) return 2;
      return peak < peakOf(undefended) / 2 ? 1 : 0;
    },
  },

  notes: {
    steady: 'The normal case: a few milliseconds, nobody waits.',
    outage:
      "The service is frozen. Ask the class how many will wait at once, with and without a timeout: rate times wait, Little's law.",
    recovery: 'Without a timeout nobody failed, and everybody waited. Was that better?',
  },

  async story(run, p) {
    await run.phase('steady', { what: 'everything works', lastsMs: p.steadyMs });
    await run.phase('outage', { what: `${VICTIM} is frozen`, lastsMs: p.outageMs }, () => run.inject(pause(VICTIM)));
    await run.phase('recovery', { what: `${VICTIM} is back`, lastsMs: p.recoveryMs }, () => run.heal());
  },

  checks,
  why: explain,
});

/** So few waiting at once are chance. */
const FEW = 5;
/** Requests that arrived this long before the end of the outage have had their timeout. */
const doomed = (m: ArmMeasurements, p: Parameters): Samples =>
  m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt - p.timeoutMs);
const peakOf = (m: ArmMeasurements): number => m.samples.peakWaiting(m.fault.provedAt, m.fault.healedAt);

function checks(p: Parameters): readonly Check[] {
  const outageS = p.outageMs / 1000;
  // Little's law: as many wait at once as arrive while one waits.
  const atOnce = p.rate * (p.timeoutMs / 1000);
  const waiting = (m: ArmMeasurements): ReturnType<Check['measure']> => ({
    value: peakOf(m),
    samples: doomed(m, p).count,
  });
  return [
    {
      arm: 'undefended',
      name: 'waiting at once (peak)',
      target: atLeast(0.7 * p.rate * outageS),
      minSamples: 50,
      measure: waiting,
    },
    {
      arm: 'undefended',
      name: 'longest wait',
      target: atLeast(0.8 * p.outageMs),
      unit: 'ms',
      minSamples: 50,
      measure: (m) => doomed(m, p).measure((s) => s.latency(100)),
    },
    {
      arm: 'defended',
      name: 'time of a failure (median)',
      target: between(0.9 * p.timeoutMs, 1.5 * p.timeoutMs + 100),
      unit: 'ms',
      minSamples: 50,
      measure: (m) => doomed(m, p).failed.measure((s) => s.latency(50)),
    },
    {
      arm: 'defended',
      name: 'waiting at once (peak)',
      target: atMost(2 * atOnce + FEW),
      minSamples: 50,
      measure: waiting,
    },
    {
      arm: 'defended',
      name: 'failed after it was back',
      target: exactly(0),
      minSamples: 20,
      measure: (m) => m.samples.intendedBetween(m.fault.readyAt, Infinity).measure((s) => s.failed.count),
    },
    {
      arm: 'both',
      name: 'waiting at once, defended / undefended',
      target: atMost(0.5),
      minSamples: 50,
      measure: ({ undefended, defended }) => ratio(waiting(defended), waiting(undefended)),
    },
  ];
}

function explain({ undefended, defended }: MeasuredArms, p: Parameters): readonly [string, string] {
  const late = doomed(undefended, p);
  const early = doomed(defended, p);
  return [
    `Without a timeout, up to ${String(peakOf(undefended))} requests waited at once, the longest for ${seconds(late.latency(100))}: each held a socket and its memory, and ${String(late.where(isAnswered).count)} of them got an answer that may have come too late.`,
    `With one of ${seconds(p.timeoutMs)}, up to ${String(peakOf(defended))} waited, and ${String(early.where(isFailed).count)} of ${String(early.count)} got an error after ${seconds(early.failed.latency(50))} (median): a timeout bounds the wait and what it costs, it does not answer anybody.`,
  ];
}

const seconds = (ms: number | undefined): string => (ms === undefined ? 'no time' : `${(ms / 1000).toFixed(1)} s`);
