import { exactly } from '../../protocol/index.js';
import type { ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  heardBefore: 'orders before it that were heard of',
  stored: 'orders saved while the broker was dead',
  unheard: 'of those, never heard of',
} as const;

interface Parameters {
  readonly before: number;
  readonly during: number;
}

/** The checks of a run. All exact: an event comes or it does not. */
export function checksFor({ before, during }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, wanted: number, minSamples: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples,
    measure: (m) => m.value(name),
  });
  return (['undefended', 'defended'] as const).flatMap((arm) => [
    check(arm, measured.heardBefore, before, before),
    check(arm, measured.stored, during, during),
    check(arm, measured.unheard, arm === 'undefended' ? during : 0, during),
  ]);
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string =>
    String(m.value(name).value ?? 'an unknown number of');
  return [
    `Published after the save, ${number(undefended, measured.unheard)} of ${number(undefended, measured.stored)} orders that were placed while the broker was dead were never heard of: they are in the database, the customers were told yes, and no kitchen, driver or customer got a message.`,
    `With the event in the order itself, ${number(defended, measured.unheard)} of ${number(defended, measured.stored)} were lost: one write saved both, and the relay published when the broker was back.`,
  ];
}

/** 0: an error; 1: lost; 2: later. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(measured.unheard);
  if (defended.value(measured.stored).value !== samples) return 0;
  return value === 0 ? 2 : 1;
}
