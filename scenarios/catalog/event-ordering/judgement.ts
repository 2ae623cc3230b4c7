import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts, for each way. */
export const values = {
  overtaken: 'old news last, overtaken',
  afterRetry: 'old news last, tried again',
  untold: 'never told that it is ready',
} as const;

/** How messages are handled. */
export const WAYS = { several: 'several at once', single: 'one at a time', version: 'version compared' } as const;
type Way = (typeof WAYS)[keyof typeof WAYS];

/** The checks of a run. */
export function checksFor({ customers }: { readonly customers: number }): readonly Check[] {
  const check = (arm: ArmName, way: Way, name: string, target: Check['target']): Check => ({
    arm,
    name: `${name}, ${way}`,
    target,
    ...(name === values.untold ? {} : { minSamples: customers }),
    measure: (m) => m.variant(way).value(name),
  });
  return [
    // Whose event was not in work yet when the next came is in luck; half of them is far from chance.
    check('undefended', WAYS.several, values.overtaken, atLeast(Math.ceil(customers / 2))),
    check('undefended', WAYS.several, values.afterRetry, exactly(customers)),
    check('undefended', WAYS.several, values.untold, exactly(0)),
    // The queue keeps the order; a mail may still overtake another on its way out.
    check('undefended', WAYS.single, values.overtaken, atMost(Math.floor(customers / 4))),
    check('undefended', WAYS.single, values.afterRetry, exactly(customers)),
    check('undefended', WAYS.single, values.untold, exactly(0)),
    check('defended', WAYS.version, values.overtaken, exactly(0)),
    check('defended', WAYS.version, values.afterRetry, exactly(0)),
    check('defended', WAYS.version, values.untold, exactly(0)),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { customers }: { readonly customers: number },
): readonly [string, string] {
  const of = (m: ArmMeasurements, way: Way, name: string): string =>
    String(m.variant(way).value(name).value ?? 'an unknown number');
  return [
    `With several messages in work the quick overtook the slow, and ${of(undefended, WAYS.several, values.overtaken)} of ${String(customers)} customers last heard that their dish is in the kitchen when it was ready; one at a time that was ${of(undefended, WAYS.single, values.overtaken)}, but a message that fails goes to the back and comes later, and it was ${of(undefended, WAYS.single, values.afterRetry)} of ${String(customers)} then.`,
    `With the order's version in each event the consumer saw that it knew something newer: ${of(defended, WAYS.version, values.overtaken)} and ${of(defended, WAYS.version, values.afterRetry)} customers last heard old news, with as many messages in work as before.`,
  ];
}

/** 0: yes; 1: no. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  return undefended.variant(WAYS.single).value(values.afterRetry).value === 0 ? 0 : 1;
}
