import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';
import { ALERTS } from './people.js';

/** What the story records. */
export const values = {
  byDay: 'alerts to who wants few',
  swallowed: 'not told by day that it comes',
  atNight: 'alerts at night that can wait',
  unseen: 'not told at night that it comes',
  elsewhere: 'alerts where it is day',
  morning: 'alerts at breakfast',
} as const;

/** Ways to treat those who do not want to be disturbed. */
export const WAYS = { send: 'send-all', hold: 'hold-all', importance: 'by-importance' } as const;

interface Parameters {
  readonly sleepers: number;
  readonly cap: number;
}

/** The checks of a run. All are exact: who is told what follows from rules, not from how fast anything is. */
export function checksFor({ sleepers, cap }: Parameters): readonly Check[] {
  const of = (arm: ArmName, way: string, name: string, target: Target, minSamples = 1): Check => ({
    arm,
    name: `${name}, ${way}`,
    target,
    minSamples,
    measure: (m) => m.variant(way).value(name),
  });
  return [
    of('undefended', WAYS.send, values.byDay, exactly(2 * ALERTS), 2),
    of('undefended', WAYS.send, values.atNight, exactly(sleepers * (ALERTS - 1)), sleepers),
    of('undefended', WAYS.hold, values.swallowed, exactly(2), 2),
    of('undefended', WAYS.hold, values.atNight, exactly(0), sleepers),
    of('undefended', WAYS.hold, values.unseen, exactly(sleepers), sleepers),
    of('undefended', WAYS.hold, values.morning, atLeast(sleepers * (ALERTS - 1)), sleepers),
    // What they asked for, and the one that they would have missed.
    of('defended', WAYS.importance, values.byDay, exactly(2 * (cap + 1)), 2),
    of('defended', WAYS.importance, values.swallowed, exactly(0), 2),
    of('defended', WAYS.importance, values.atNight, exactly(0), sleepers),
    of('defended', WAYS.importance, values.unseen, exactly(0), sleepers),
    of('defended', WAYS.importance, values.elsewhere, exactly(ALERTS)),
    // That it was delivered: the last word about the order.
    of('defended', WAYS.importance, values.morning, exactly(sleepers), sleepers),
  ];
}

const told = (m: ArmMeasurements, way: string, name: string): string =>
  String(m.variant(way).value(name).value ?? 'an unknown number of');

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { sleepers }: Parameters): readonly [string, string] {
  return [
    `Sending everything made the phones of ${String(sleepers)} sleeping households ring ${told(undefended, WAYS.send, values.atNight)} times for what could have waited. Holding everything back left ${told(undefended, WAYS.hold, values.unseen)} of them untold that the driver was coming, handed out ${told(undefended, WAYS.hold, values.morning)} alerts at breakfast, and let ${told(undefended, WAYS.hold, values.swallowed)} customers miss the driver because chatter had used up their cap.`,
    `With an importance on each text ${told(defended, WAYS.importance, values.atNight)} alerts disturbed the night, ${told(defended, WAYS.importance, values.unseen)} customers missed the driver, and ${told(defended, WAYS.importance, values.morning)} alerts came in the morning, one for each order; somebody elsewhere, for whom it was day, got all ${told(defended, WAYS.importance, values.elsewhere)}.`,
  ];
}

/** 0: none; 1: one; 2: more. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value, samples } = undefended.variant(WAYS.hold).value(values.morning);
  if (typeof value !== 'number' || value === 0) return 0;
  return value <= samples ? 1 : 2;
}
