import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  declined: 'cards declined',
  charged: 'orders that were charged',
  kept: 'money kept for orders that came to nothing',
  refunds: 'charges given back',
  open: 'orders that have not ended',
} as const;

interface Parameters {
  readonly each: number;
}

/** The checks of a run. Two of the three ways to end take money first. All exact: this is about money. */
export function checksFor({ each }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, target: Target, minSamples: number, unit = ''): Check => ({
    arm,
    name,
    target,
    unit,
    minSamples,
    measure: (m) => m.value(name),
  });
  const all = 3 * each;
  const both = (arm: ArmName): readonly Check[] => [
    check(arm, measured.declined, exactly(each), each),
    check(arm, measured.charged, exactly(2 * each), all),
    check(arm, measured.open, exactly(0), all),
  ];
  return [
    ...both('undefended'),
    check('undefended', measured.kept, atLeast(1), all, 'EUR'),
    check('undefended', measured.refunds, exactly(0), all),
    ...both('defended'),
    check('defended', measured.kept, exactly(0), all, 'EUR'),
    check('defended', measured.refunds, exactly(2 * each), all),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { each }: Parameters): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string =>
    String(m.value(name).value ?? 'an unknown number of');
  return [
    `Of ${String(3 * each)} orders that came to nothing ${number(undefended, measured.charged)} had been charged, and without compensation the provider kept EUR ${number(undefended, measured.kept)}: cancelling an order in one database takes nothing back in another.`,
    `With it, ${number(defended, measured.refunds)} of ${number(defended, measured.charged)} charges went back, also those whose order was cancelled before the charge was answered: what is owed follows from the order's state, and a worker pays until nothing is owed.`,
  ];
}

/** 0: confirms; 1: keeps; 2: gives back. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  if (defended.value(measured.open).value !== 0) return 0;
  return defended.value(measured.kept).value === 0 ? 2 : 1;
}
