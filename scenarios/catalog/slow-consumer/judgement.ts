import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures, for each remedy, at the end of the stream. */
export const values = {
  published: 'events published',
  waiting: 'messages waiting at the end',
  oldest: 'oldest news told',
  told: 'told in full by then',
  expired: 'set aside as too old',
  lost: 'neither on record nor set aside',
} as const;

/** What is done about too many events. */
export const REMEDIES = {
  none: 'one worker',
  workers: 'more workers',
  expiry: 'time to live',
  shed: 'shed by age',
} as const;
type Remedy = (typeof REMEDIES)[keyof typeof REMEDIES];

interface Parameters {
  readonly rate: number;
  readonly workMs: number;
  readonly freshMs: number;
  readonly lastsMs: number;
}

/** What a machine that is busy with other things may add, s: for the delivery, the record, the looking. */
const BUSY_S = 1.5;

/** The checks of a run. */
export function checksFor({ rate, workMs, freshMs, lastsMs }: Parameters): readonly Check[] {
  const [lasts, work] = [lastsMs / 1_000, workMs / 1_000];
  // A worker cannot be faster than its work: what it has told by the end was published in the first part of the time.
  const toldAtMost = lasts / work + 1;
  const left = rate * lasts - toldAtMost;
  const age = lasts - toldAtMost / rate;
  const fresh = freshMs / 1_000 + work + BUSY_S;
  const check = (arm: ArmName, remedy: Remedy, name: string, target: Check['target'], more = {}): Check => ({
    arm,
    name: `${name}, ${remedy}`,
    target,
    ...more,
    measure: (m) => m.variant(remedy).value(name),
  });
  const many = { minSamples: Math.floor(0.8 * rate * lasts) };
  const some = { unit: 's', minSamples: 5 };
  const all = (arm: ArmName, remedy: Remedy): Check => check(arm, remedy, values.lost, exactly(0), many);
  // One remedy after the other: none of them lets more wait than comes while news are fresh.
  const short = Math.ceil(rate * fresh);
  return [
    check('undefended', REMEDIES.none, values.waiting, atLeast(Math.floor(0.8 * left)), many),
    check('undefended', REMEDIES.none, values.oldest, atLeast(Math.floor(8 * age) / 10), some),
    all('undefended', REMEDIES.none),
    ...[REMEDIES.workers, REMEDIES.expiry, REMEDIES.shed].flatMap((remedy) => [
      check('defended', remedy, values.waiting, atMost(short), many),
      check('defended', remedy, values.oldest, atMost(fresh), some),
      all('defended', remedy),
    ]),
    check('defended', REMEDIES.workers, values.expired, exactly(0), many),
    // What is published beyond what can be told must go somewhere, most of it.
    check('defended', REMEDIES.expiry, values.expired, atLeast(Math.floor(0.3 * left)), many),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, remedy: Remedy, name: string): string => {
    const { value } = m.variant(remedy).value(name);
    if (typeof value !== 'number') return 'an unknown number of';
    return Number.isInteger(value) ? String(value) : value.toFixed(1);
  };
  const { none, workers, expiry, shed } = REMEDIES;
  return [
    `One worker told ${of(undefended, none, values.told)} of ${of(undefended, none, values.published)} events by the end of the stream; ${of(undefended, none, values.waiting)} waited, and what was told last was ${of(undefended, none, values.oldest)} s old, more with every second: a queue takes a peak, not a rate.`,
    `More workers told ${of(defended, workers, values.told)} of ${of(defended, workers, values.published)}, at most ${of(defended, workers, values.oldest)} s old; where that is not to be had, somebody must be left out: a time to live set ${of(defended, expiry, values.expired)} aside, shedding told ${of(defended, shed, values.told)} and put the others on record, and what they told was at most ${of(defended, expiry, values.oldest)} and ${of(defended, shed, values.oldest)} s old.`,
  ];
}

/** 0: below half a second; 1: below two; 2: more. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value } = undefended.variant(REMEDIES.none).value(values.oldest);
  if (typeof value !== 'number' || value >= 2) return 2;
  return value < 0.5 ? 0 : 1;
}
