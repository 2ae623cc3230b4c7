import { isAnswered, isFailed, percentile } from '../../load/index.js';
import type { Measured, Samples } from '../../load/index.js';
import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** Pools that are compared. */
export const variants = { small: 'small', fitting: 'fits', bounded: 'small, bounded wait' } as const;

/** What the story measures in the second half of the slow time. */
export const values = {
  inUse: 'connections in use',
  waiting: 'queries that wait for a connection',
  direct: 'a query past the pool',
  open: 'connections that the database has',
} as const;

/** The names of a variant's phases. */
export const phaseOf = (
  variant: string,
): { readonly steady: string; readonly slow: string; readonly recovery: string } => ({
  steady: `near, ${variant}`,
  slow: `far, ${variant}`,
  recovery: `near again, ${variant}`,
});

interface Parameters {
  readonly rate: number;
  readonly queryMs: number;
  readonly small: number;
  readonly timeoutMs: number;
  readonly slowMs: number;
}

const GATEWAY_TIMEOUT = 504;
/** The queue is longer than the timeout when the second half begins: who gets a connection has gone. */
const HARDLY_ANY = 10;
const NEARLY_ALL = 90;
/** Of what two connections can do; the rest is for the service, the proxy and a busy machine. */
const HALF = 0.5;
/** Of what people wait, ms beside 1,500. */
const LITTLE = 0.1;

/**
 * Those that came in the third quarter of the slow time. The queue, where there is one, has had half of it to build up, and who
 * still waits at its end is served after all: the last quarter is longer than the gateway waits.
 */
function late(m: ArmMeasurements, variant: string): Samples {
  const of = m.variant(variant);
  const { provedAt, healedAt } = of.fault;
  return of.samples.intendedBetween((provedAt + healedAt) / 2, (provedAt + 3 * healedAt) / 4);
}

function median(m: ArmMeasurements, variant: string, name: string): Measured {
  const all = m.variant(variant).values(name);
  return { value: percentile(all, 50), samples: all.length };
}

const answered = (m: ArmMeasurements, variant: string): Measured =>
  late(m, variant).measure((s) => s.percent(isAnswered));
const timedOut = (m: ArmMeasurements, variant: string): Measured =>
  late(m, variant).measure((s) => s.percent(({ status }) => status === GATEWAY_TIMEOUT));

/** The checks of a run. */
export function checksFor(p: Parameters): readonly Check[] {
  const half = p.slowMs / 2_000;
  // What comes in a quarter of the slow time; injecting and healing take some of it.
  const minSamples = Math.floor(0.3 * p.rate * half);
  const capacity = (1_000 * p.small) / p.queryMs;
  const looks = 2;
  return [
    {
      arm: 'undefended',
      name: `answered, ${variants.small}`,
      target: atMost(HARDLY_ANY),
      unit: '%',
      minSamples,
      measure: (m) => answered(m, variants.small),
    },
    {
      arm: 'undefended',
      name: values.inUse,
      target: exactly(p.small),
      minSamples: looks,
      measure: (m) => median(m, variants.small, values.inUse),
    },
    {
      arm: 'undefended',
      name: values.waiting,
      // What has come in the first half, less what was done: as much waits at the beginning of the second one.
      target: atLeast(Math.floor(HALF * (p.rate - capacity) * half)),
      minSamples: looks,
      measure: (m) => median(m, variants.small, values.waiting),
    },
    {
      arm: 'undefended',
      name: `${values.direct} / wait for an answer`,
      target: atMost(LITTLE),
      minSamples: looks,
      measure: (m) => {
        const { value, samples } = median(m, variants.small, values.direct);
        const waited = late(m, variants.small).latency(50);
        return { value: waited === undefined ? undefined : Number(value) / waited, samples };
      },
    },
    {
      arm: 'defended',
      name: `answered, ${variants.fitting}`,
      target: atLeast(NEARLY_ALL),
      unit: '%',
      minSamples,
      measure: (m) => answered(m, variants.fitting),
    },
    {
      arm: 'defended',
      name: `answered, ${variants.bounded}`,
      target: atLeast(Math.floor((100 * HALF * capacity) / p.rate)),
      unit: '%',
      minSamples,
      measure: (m) => answered(m, variants.bounded),
    },
    {
      arm: 'defended',
      name: `timed out, ${variants.bounded}`,
      target: atMost(HARDLY_ANY),
      unit: '%',
      minSamples,
      measure: (m) => timedOut(m, variants.bounded),
    },
    {
      arm: 'defended',
      name: `wait for a refusal, ${variants.bounded}`,
      target: atMost(p.timeoutMs / 2),
      unit: 'ms',
      minSamples: Math.ceil(minSamples / 4),
      measure: (m) => late(m, variants.bounded).failed.measure((s) => s.latency(50)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, p: Parameters): readonly [string, string] {
  const small = late(undefended, variants.small);
  const bounded = late(defended, variants.bounded);
  const needed = Math.ceil((p.rate * p.queryMs) / 1_000);
  return [
    `${String(p.rate)} queries a second of ${String(p.queryMs)} ms need ${String(needed)} connections; with ${String(p.small)}, ${number(median(undefended, variants.small, values.waiting))} queries waited for one, and ${percent(answered(undefended, variants.small))} of the requests were answered in time, while a query past the pool took ${ms(Number(median(undefended, variants.small, values.direct).value))} (the database had ${number(median(undefended, variants.small, values.open))} connections in all).`,
    `A pool that fits answered ${percent(answered(defended, variants.fitting))} with ${number(median(defended, variants.fitting, values.inUse))} connections in use; the small one with a bound to the wait answered ${percent(answered(defended, variants.bounded))}, and refused the others after ${ms(bounded.failed.latency(50))} instead of letting them wait for ${ms(small.where(isFailed).latency(50))}.`,
  ];
}

const number = ({ value }: Measured): string => (typeof value === 'number' ? String(value) : 'an unknown number of');
const percent = ({ value }: Measured): string =>
  typeof value === 'number' ? `${String(Math.round(value))} %` : 'an unknown share';
const ms = (value: number | undefined): string =>
  value === undefined ? 'an unknown time' : value < 10 ? `${value.toFixed(1)} ms` : `${String(Math.round(value))} ms`;

/** 0: what the connections can do; 1: hardly any; 2: all. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const share = Number(answered(undefended, variants.small).value);
  if (share <= HARDLY_ANY) return 1;
  return share >= NEARLY_ALL ? 2 : 0;
}
