import { exactly } from '../../protocol/index.js';
import type { ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const measured = {
  unanswered: 'orders without an answer',
  orders: 'orders in the database',
  sameOrder: 'repetitions answered with the first order',
} as const;

interface Parameters {
  readonly customers: number;
  readonly repeats: number;
}

/** The checks of a run. All exact: a request that reaches the service either places an order or does not. */
export function checksFor({ customers, repeats }: Parameters): readonly Check[] {
  const requests = customers * (1 + repeats);
  const check = (arm: ArmName, name: string, wanted: number, minSamples: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples,
    measure: (m) => m.value(name),
  });
  return [
    check('undefended', measured.unanswered, customers, customers),
    check('undefended', measured.orders, requests, requests),
    check('undefended', measured.sameOrder, 0, customers * repeats),
    check('defended', measured.unanswered, customers, customers),
    check('defended', measured.orders, customers, requests),
    check('defended', measured.sameOrder, customers * repeats, customers * repeats),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { customers }: Parameters): readonly [string, string] {
  const number = (m: MeasuredArms['defended'], name: string): string =>
    String(m.value(name).value ?? 'an unknown number of');
  return [
    `${String(customers)} customers wanted one order each, and ${number(undefended, measured.unanswered)} of them got no answer though their order was placed; with a new key for each attempt their apps made ${number(undefended, measured.orders)} orders of it.`,
    `With the same key for every attempt there are ${number(defended, measured.orders)}: ${number(defended, measured.sameOrder)} repetitions were answered with the order that the lost answer was about, because the key is stored with the order, under a unique index.`,
  ];
}

/** 0: none; 1: one; 2: three. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(measured.orders);
  if (typeof value !== 'number' || value === 0) return 0;
  return value === samples ? 2 : 1;
}
