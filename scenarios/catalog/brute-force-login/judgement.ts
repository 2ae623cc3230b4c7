import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story counts. */
export const values = {
  checked: 'passwords checked',
  opened: 'accounts opened by guessing',
  refused: 'guesses refused',
  untold: 'refused without being told when to come again',
  neighbour: 'other accounts that could sign in',
  session: 'open sessions of the owner that went on',
  atOnce: 'owners who could sign in at once',
  later: 'owners who could sign in after the wait',
} as const;

/** Wrong passwords of an account before it must wait, as outside of the lab. */
const FAILURES = 5;
/** On a slow machine the attack outlasts the first wait, and perhaps the second, which is twice as long: a guess for each. */
const SLOW = 2;

interface Parameters {
  readonly dictionary: number;
  readonly rightAt: number;
}

/** The checks of a run. */
export function checksFor({ dictionary, rightAt }: Parameters): readonly Check[] {
  const tried = Math.min(dictionary, rightAt);
  const check = (arm: ArmName, name: string, target: Target, minSamples = 1): Check => ({
    arm,
    name,
    target,
    minSamples,
    measure: (m) => m.value(name),
  });
  return [
    check('undefended', values.opened, exactly(1), tried),
    check('undefended', values.checked, atLeast(tried), tried),
    // The limit for addresses is on, and sees nobody who was wrong twice.
    check('undefended', values.refused, exactly(0), tried),
    check('defended', values.opened, exactly(0), dictionary),
    check('defended', values.checked, atMost(FAILURES + SLOW), dictionary),
    check('defended', values.refused, atLeast(dictionary - FAILURES - SLOW), dictionary),
    check('defended', values.untold, exactly(0), dictionary - FAILURES - SLOW),
    check('defended', values.neighbour, exactly(1)),
    check('defended', values.session, exactly(1)),
    // The price: for as long as the wait lasts the right password is refused as well.
    check('defended', values.atOnce, exactly(0)),
    check('defended', values.later, exactly(1)),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `The limit for addresses refused ${of(undefended, values.refused)} of ${String(undefended.value(values.refused).samples)} guesses, each of them from another address: ${of(undefended, values.checked)} passwords were checked, and the account was open.`,
    `Counted by account, ${of(defended, values.checked)} were checked and ${of(defended, values.refused)} refused, the right one among them: nobody learnt which it was. The owner had to wait as well, but whoever was signed in stayed so.`,
  ];
}

/** 0: up to the right one; 1: five for each address; 2: about five. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const [checked, all] = [defended.value(values.checked).value, undefended.value(values.checked).value];
  if (typeof checked !== 'number' || typeof all !== 'number' || checked >= all) return 0;
  return checked <= FAILURES + SLOW ? 2 : 1;
}
