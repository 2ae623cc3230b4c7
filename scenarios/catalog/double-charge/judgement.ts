import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  lost: 'charges asked for again',
  charges: 'charges in the books of the provider',
  again: 'charges too many',
  tooMuch: 'money taken too much',
  confirmed: 'orders confirmed',
} as const;

/** Of as many lost answers as the dice say, a quarter of the orders is far below what is left to chance. */
const QUARTER = 0.25;

interface Parameters {
  readonly orders: number;
  readonly lostShare: number;
}

/** The checks of a run. */
export function checksFor({ orders, lostShare }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, target: Target, unit = ''): Check => ({
    arm,
    name,
    target,
    unit,
    minSamples: orders,
    measure: (m) => m.value(name),
  });
  const some = atLeast(Math.max(1, Math.floor(2 * QUARTER * lostShare * orders)));
  return [
    check('undefended', measured.again, some),
    check('undefended', measured.tooMuch, atLeast(1), 'EUR'),
    check('defended', measured.lost, some),
    check('defended', measured.again, exactly(0)),
    check('defended', measured.tooMuch, exactly(0), 'EUR'),
    check('defended', measured.confirmed, exactly(orders)),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { orders }: Parameters): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string => {
    const { value } = m.value(name);
    if (typeof value !== 'number') return 'an unknown number';
    return name === measured.tooMuch ? value.toFixed(2) : String(value);
  };
  return [
    `${number(undefended, measured.lost)} times the answer was lost after the money had been taken, and asking again was a new charge: ${number(undefended, measured.charges)} charges for ${String(orders)} orders, EUR ${number(undefended, measured.tooMuch)} too much.`,
    `With the order's id as the key of every attempt, the service asked again ${number(defended, measured.lost)} times as well, and was answered with the charge that was there: ${number(defended, measured.charges)} charges, EUR ${number(defended, measured.tooMuch)} too much.`,
  ];
}

/** 0: charges again; 1: refuses; 2: answers with the first. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const of = (name: string): number => Number(defended.value(name).value ?? 0);
  if (of(measured.again) > 0) return 0;
  return of(measured.confirmed) > 0 ? 2 : 1;
}
