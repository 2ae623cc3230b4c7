import { exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts. */
export const values = {
  read: 'orders read in the name of others',
  cancelled: 'orders cancelled in the name of others',
  refused: 'requests with a bare x-user-id refused with 401',
  forged: 'forged or stolen identities believed',
  through: 'spoofed requests believed through the gateway',
} as const;

/** Each kind of identity that the intruder makes or steals. */
const FORGERIES = 3;

/** The checks of a run. They are exact: one believed request is one too many, and each victim is one that must fall. */
export function checksFor({ victims }: { readonly victims: number }): readonly Check[] {
  const count = (arm: ArmName, name: string, wanted: number, minSamples: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples,
    measure: (m) => m.value(name),
  });
  return [
    count('undefended', values.read, victims, victims),
    count('undefended', values.cancelled, victims, victims),
    count('defended', values.read, 0, victims),
    count('defended', values.cancelled, 0, victims),
    count('defended', values.refused, 2 * victims, 2 * victims),
    ...(['undefended', 'defended'] as const).flatMap((arm) => [
      count(arm, values.forged, 0, FORGERIES * victims),
      count(arm, values.through, 0, victims),
    ]),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { victims }: { readonly victims: number },
): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `A service that believes x-user-id showed an intruder ${of(undefended, values.read)} of ${String(victims)} orders of others and cancelled ${of(undefended, values.cancelled)}: whoever reaches it is whomever he says, and the gateway that would have stopped him was not asked.`,
    `One that believes only what the gateway has signed refused ${of(defended, values.refused)} of ${String(2 * victims)} such requests, and ${of(defended, values.forged)} forged or stolen identities passed in either form: what he lacks is a key, not a header.`,
  ];
}

/** 0: the orders; 1: reading only; 2: nothing. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const of = (name: string): unknown => defended.value(name).value;
  if (of(values.read) === 0 && of(values.cancelled) === 0) return 2;
  return of(values.cancelled) === 0 ? 1 : 0;
}
