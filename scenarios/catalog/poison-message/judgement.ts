import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts. */
export const values = {
  told: 'customers told beside the poison',
  toldInTheEnd: 'customers told in the end',
  attempts: 'attempts at the poison',
  parked: 'poison messages parked',
} as const;

/** A message is tried once, and after each of three pauses. */
const ATTEMPTS = 4;
/** What counts as going round and round: several times what counted retries allow. A slow machine makes it in seconds. */
const ROUNDS = 5 * ATTEMPTS;

interface Parameters {
  readonly customers: number;
  readonly prefetch: number;
}

/** The checks of a run. As many messages are poison as may be in work at once: whatever else waits, waits behind them. */
export function checksFor({ customers, prefetch }: Parameters): readonly Check[] {
  const told = (m: ArmMeasurements): ReturnType<Check['measure']> => m.value(values.told);
  const attempts = (m: ArmMeasurements): ReturnType<Check['measure']> => m.value(values.attempts);
  return [
    { arm: 'undefended', name: values.told, target: exactly(0), minSamples: customers, measure: told },
    { arm: 'undefended', name: values.attempts, target: atLeast(ROUNDS * prefetch), measure: attempts },
    {
      arm: 'undefended',
      name: `${values.toldInTheEnd}, after a change`,
      target: exactly(customers),
      minSamples: customers,
      measure: (m) => m.value(values.toldInTheEnd),
    },
    { arm: 'defended', name: values.told, target: exactly(customers), minSamples: customers, measure: told },
    { arm: 'defended', name: values.attempts, target: exactly(ATTEMPTS * prefetch), measure: attempts },
    { arm: 'defended', name: values.parked, target: exactly(prefetch), measure: (m) => m.value(values.parked) },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { customers, prefetch }: Parameters,
): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `Put back at once, ${String(prefetch)} message${prefetch === 1 ? '' : 's'} that nobody can handle took ${of(undefended, values.attempts)} attempts and held the only place in work: ${of(undefended, values.told)} of ${String(customers)} customers behind were told.`,
    `Counted, set aside for a growing while and parked after ${of(defended, values.attempts)} attempts, it left the place free in between: ${of(defended, values.told)} of ${String(customers)} were told, and what is wrong with the message waits in the dead-letter queue for somebody to look.`,
  ];
}

/** 0: all; 1: none; 2: some. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const told = undefended.value(values.told).value;
  if (told === 0) return 1;
  return told === defended.value(values.told).value ? 0 : 2;
}
