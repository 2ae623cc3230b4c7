import { isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const ASKED = 'reads that ask MongoDB';
export const BACK_MS = 'time until copies are used again';
export const LET_THROUGH = 'reads of one client let through';
/** Of all reads, from the first to the last. */
export const FAILED = 'reads that fail';

/** Fewer say nothing about a share. */
const MANY = 30;
/** All of them; what is under way at the beginning and the end of a count falls on either side. */
const NEARLY_ALL_PERCENT = 85;
/** Copies live for ten minutes and all were made before: hardly any; one or two when a busy machine makes Redis look slow. */
const HARDLY_ANY_PERCENT = 20;
/** No timeout is waited for, so an answer takes what a query takes: some ms, more on a busy machine. */
const AT_ONCE_MS = 250;
/** How many reads the gateway lets one client make in 15 minutes, outside of the lab as well. */
const LIMIT = 100;
/** Reconnecting pauses for 1 s at most, the breaker of the cache tries every 2 s; a busy machine needs a moment for both. */
const BACK_WITHIN_MS = 8_000;

/** The checks of a run: without a way round Redis the reads fail, with one they are queries. */
export function checksFor(): readonly Check[] {
  return [
    {
      arm: 'undefended',
      name: `${FAILED}, without Redis`,
      target: atLeast(NEARLY_ALL_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => away(m).measure((s) => s.percent(isFailed)),
    },
    {
      arm: 'defended',
      name: FAILED,
      target: exactly(0),
      minSamples: 3 * MANY,
      measure: (m) => m.samples.tagged('browse').measure((s) => s.failed.count),
    },
    {
      arm: 'defended',
      name: `${ASKED}, before`,
      target: atMost(HARDLY_ANY_PERCENT),
      unit: '%',
      minSamples: MANY / 2,
      measure: (m) => m.value(ASKED, 'steady'),
    },
    {
      arm: 'defended',
      name: `${ASKED}, without Redis`,
      target: atLeast(NEARLY_ALL_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => m.value(ASKED, 'outage'),
    },
    {
      arm: 'defended',
      name: 'time of an answer (median), without Redis',
      target: atMost(AT_ONCE_MS),
      unit: 'ms',
      minSamples: MANY,
      measure: (m) => away(m).measure((s) => s.latency(50)),
    },
    {
      arm: 'defended',
      name: `${LET_THROUGH}, without Redis`,
      target: exactly(LIMIT),
      minSamples: LIMIT + 1,
      measure: (m) => m.value(LET_THROUGH),
    },
    {
      arm: 'defended',
      name: BACK_MS,
      target: atMost(BACK_WITHIN_MS),
      unit: 'ms',
      measure: (m) => m.value(BACK_MS),
    },
  ];
}

const away = (m: ArmMeasurements): Samples =>
  m.samples.tagged('browse').intendedBetween(m.fault.provedAt, m.fault.healedAt);

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const [lost, kept] = [away(undefended), away(defended)];
  const number = (name: string, phase?: string): string => {
    const { value } = defended.value(name, phase);
    return typeof value === 'number' ? value.toFixed(0) : 'an unknown number';
  };
  const median = (samples: Samples): string => `${(samples.latency(50) ?? NaN).toFixed(0)} ms`;
  return [
    `A service that cannot do without its cache failed ${String(lost.failed.count)} of ${String(lost.count)} reads while Redis was away, although the database was there all the time.`,
    `One that can failed ${String(kept.failed.count)} of ${String(kept.count)}: the median answer took ${median(kept)} (${median(defended.during('steady').tagged('browse'))} before), and of 100 reads ${number(ASKED, 'outage')} asked MongoDB instead of ${number(ASKED, 'steady')}; ${number(BACK_MS)} ms after Redis was back, copies were used again.`,
  ];
}

/** 0: errors; 1: slow; 2: about as before. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const samples = away(defended);
  if ((samples.percent(isFailed) ?? 100) > 10) return 0;
  return (samples.latency(50) ?? Infinity) > AT_ONCE_MS ? 1 : 2;
}
