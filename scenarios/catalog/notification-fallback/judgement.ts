import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story records, for each way. */
export const values = {
  untold: 'not told while push is down',
  bySms: 'told by SMS while push is down',
  twiceDown: 'told twice while push is down',
  untoldTwoDown: 'not told while push and SMS are down',
  byEmail: 'told by email while push and SMS are down',
  tooMany: 'messages too many after lost answers',
  untoldLost: 'not told after lost answers',
} as const;

/** Ways to go on when a channel fails. */
export const WAYS = { alone: 'no-fallback', newKeys: 'new-key-each-try', chain: 'chain-with-one-key' } as const;

/** The checks of a run. A message too many is one too many, and each customer orders once: nothing depends on speed. */
export function checksFor(customers: number): readonly Check[] {
  const of = (arm: ArmName, way: string, name: string, target: Target): Check => ({
    arm,
    name: `${name}, ${way}`,
    target,
    minSamples: customers,
    measure: (m) => m.variant(way).value(name),
  });
  return [
    of('undefended', WAYS.alone, values.untold, exactly(customers)),
    of('undefended', WAYS.alone, values.untoldTwoDown, exactly(customers)),
    of('undefended', WAYS.newKeys, values.untold, exactly(0)),
    // Each was tried at least twice before answers came again, and once more afterwards: the second and the third are too many.
    of('undefended', WAYS.newKeys, values.tooMany, atLeast(2 * customers)),
    of('defended', WAYS.chain, values.untold, exactly(0)),
    of('defended', WAYS.chain, values.bySms, exactly(customers)),
    of('defended', WAYS.chain, values.twiceDown, exactly(0)),
    of('defended', WAYS.chain, values.untoldTwoDown, exactly(0)),
    of('defended', WAYS.chain, values.byEmail, exactly(customers)),
    of('defended', WAYS.chain, values.tooMany, exactly(0)),
    of('defended', WAYS.chain, values.untoldLost, exactly(0)),
  ];
}

const of = (m: ArmMeasurements, way: string, name: string): string =>
  String(m.variant(way).value(name).value ?? 'an unknown number');

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const { samples } = undefended.variant(WAYS.alone).value(values.untold);
  return [
    `Without a fallback ${of(undefended, WAYS.alone, values.untold)} of ${String(samples)} customers heard nothing of their order while push was down. With a fallback and a new key for each try they did, and when only answers were lost they got ${of(undefended, WAYS.newKeys, values.tooMany)} messages too many, because nobody could see that it was the same one.`,
    `The chain told all of them once: ${of(defended, WAYS.chain, values.bySms)} by SMS while push was down, ${of(defended, WAYS.chain, values.byEmail)} by email while SMS was down as well, and after lost answers ${of(defended, WAYS.chain, values.tooMany)} messages were too many and ${of(defended, WAYS.chain, values.untoldLost)} customers untold.`,
  ];
}

/** 0: one; 1: two; 2: three or more. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value, samples } = undefended.variant(WAYS.newKeys).value(values.tooMany);
  if (typeof value !== 'number' || value === 0) return 0;
  return value < 2 * samples ? 1 : 2;
}
