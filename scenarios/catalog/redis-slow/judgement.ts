import { latencyOf } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

export const phases = { steady: 'steady', dead: 'dead', between: 'between', slow: 'slow', again: 'again' } as const;

/** What is measured; the last two by the story. */
export const ANSWER_MS = 'time of an answer (median)';
export const SENT = 'commands that are sent to the slow cache';
export const BACK_MS = 'time until copies are used again';

/** Fewer say nothing about a median. */
const MANY = 30;
/** A query takes some ms, more on a busy machine: far less than the wait for a slow answer, which is 400 ms at least. */
const AT_ONCE_MS = 250;
/** A dead cache costs nothing, a slow one a second; a busy machine makes the former slower, not the latter. */
const FAR_WORSE = 3;
/** Little's law: as many wait at once as arrive while one waits; what a busy machine sends late arrives at once. */
const PART_OF_WAITING = 0.6;
/** While the breaker is open, one command in 2 s tries; a busy machine may close and open it once more. */
const FEW_PERCENT = 30;
/** Hardly anybody: those who were under way when it became slow. */
const HARDLY_ANY_PERCENT = 5;
/** The breaker tries every 2 s; a busy machine needs a moment. */
const BACK_WITHIN_MS = 8_000;

interface Parameters {
  readonly rate: number;
  readonly slowMs: number;
  readonly timeoutMs: number;
}

/** The checks of a run: without a timeout a slow cache is worse than a dead one, with one it is hardly any different. */
export function checksFor(p: Parameters): readonly Check[] {
  const median = (of: (m: ArmMeasurements) => Samples) => (m: ArmMeasurements) => of(m).measure((s) => s.latency(50));
  const nobodyFails = (arm: 'undefended' | 'defended'): Check => ({
    arm,
    name: 'reads that fail',
    target: exactly(0),
    minSamples: 3 * MANY,
    measure: (m) => m.samples.tagged('browse').measure((s) => s.failed.count),
  });
  return [
    {
      arm: 'undefended',
      name: `${ANSWER_MS}, dead cache`,
      target: atMost(AT_ONCE_MS),
      unit: 'ms',
      minSamples: MANY,
      measure: median(whileDead),
    },
    {
      arm: 'undefended',
      name: `${ANSWER_MS}, slow cache`,
      target: atLeast(p.slowMs),
      unit: 'ms',
      minSamples: MANY,
      measure: median(whileSlow),
    },
    {
      arm: 'undefended',
      name: `${ANSWER_MS}, slow / dead`,
      target: atLeast(FAR_WORSE),
      minSamples: MANY,
      measure: (m) => whileSlow(m).measure((s) => (s.latency(50) ?? NaN) / (whileDead(m).latency(50) ?? NaN)),
    },
    {
      arm: 'undefended',
      name: 'waiting at once (peak)',
      target: atLeast(Math.floor(PART_OF_WAITING * p.rate * (p.slowMs / 1_000))),
      minSamples: MANY,
      measure: (m) => whileSlow(m).measure(() => peakOf(m)),
    },
    nobodyFails('undefended'),
    {
      arm: 'defended',
      name: `${ANSWER_MS}, slow cache`,
      target: atMost(AT_ONCE_MS),
      unit: 'ms',
      minSamples: MANY,
      measure: median(whileSlow),
    },
    {
      arm: 'defended',
      name: 'reads that wait for the slow answer',
      target: atMost(HARDLY_ANY_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => whileSlow(m).measure((s) => s.percent((one) => latencyOf(one) >= p.slowMs)),
    },
    {
      arm: 'defended',
      name: `${SENT}, later`,
      target: atMost(FEW_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => m.value(SENT),
    },
    nobodyFails('defended'),
    {
      arm: 'defended',
      name: BACK_MS,
      target: atMost(BACK_WITHIN_MS),
      unit: 'ms',
      measure: (m) => m.value(BACK_MS),
    },
  ];
}

const whileDead = (m: ArmMeasurements): Samples => during(m, 0);
const whileSlow = (m: ArmMeasurements): Samples => during(m, 1);

/** The reads that came while the n-th fault was in effect. */
function during(m: ArmMeasurements, n: number): Samples {
  const fault = m.facts.faults[n];
  return m.samples.tagged('browse').intendedBetween(fault?.provedAt ?? Infinity, fault?.healedAt ?? Infinity);
}

function peakOf(m: ArmMeasurements): number {
  const fault = m.facts.faults[1];
  return m.samples.tagged('browse').peakWaiting(fault?.provedAt ?? Infinity, fault?.healedAt ?? Infinity);
}

const ms = (samples: Samples): string => `${(samples.latency(50) ?? NaN).toFixed(0)} ms`;

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { timeoutMs }: Parameters): readonly [string, string] {
  const { value: sent } = defended.value(SENT);
  const share = typeof sent === 'number' ? sent.toFixed(0) : 'an unknown number';
  return [
    `Without a timeout the median read took ${ms(whileDead(undefended))} while the cache was dead, and ${ms(whileSlow(undefended))} while it was slow, with up to ${String(peakOf(undefended))} waiting at once: a dead cache says so, a slow one lets everybody wait for what the database answers in a few milliseconds.`,
    `With one of ${String(timeoutMs)} ms and a breaker it was ${ms(whileDead(defended))} and ${ms(whileSlow(defended))}: the first reads waited for the timeout, until enough had failed; later ${share} of 100 commands were still sent, to see whether it is fast again.`,
  ];
}

/** 0: longer when dead; 1: in both; 2: only when slow; 3: in neither. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const [dead, slow] = [whileDead(undefended), whileSlow(undefended)].map((s) => s.latency(50) ?? 0);
  if (dead === undefined || slow === undefined) return 3;
  if (dead > slow) return 0;
  if (dead > AT_ONCE_MS) return 1;
  return slow > AT_ONCE_MS ? 2 : 3;
}
