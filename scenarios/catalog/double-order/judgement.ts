import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures in each variant. */
export const ORDERS = 'orders in the database';
export const TWICE = 'customers with several orders';
export const NEITHER = 'taps neither placed nor refused';

interface Parameters {
  readonly customers: number;
  readonly taps: number;
}

/** The checks of a run: one order a customer is right, whatever they tap. */
export function checksFor({ customers, taps }: Parameters): readonly Check[] {
  const all = customers * taps;
  return [
    {
      arm: 'undefended',
      name: 'orders, no guard',
      target: exactly(all),
      minSamples: all,
      measure: (m) => m.variant('no guard').value(ORDERS),
    },
    {
      // Each of them taps again after the lock has expired and before the first order is written; half is enough to be no accident.
      arm: 'undefended',
      name: 'customers with several orders, lock that expires',
      target: atLeast(Math.ceil(customers / 2)),
      minSamples: customers,
      measure: (m) => m.variant('lock that expires').value(TWICE),
    },
    ...['unique index', 'lock'].flatMap((variant): readonly Check[] => [
      {
        arm: 'defended',
        name: `orders, ${variant}`,
        target: exactly(customers),
        minSamples: all,
        measure: (m) => m.variant(variant).value(ORDERS),
      },
      {
        arm: 'defended',
        name: `${NEITHER}, ${variant}`,
        target: exactly(0),
        minSamples: all,
        measure: (m) => m.variant(variant).value(NEITHER),
      },
    ]),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { customers, taps }: Parameters,
): readonly [string, string] {
  const tapped = `${String(customers)} customers tapped ${String(taps)} times each`;
  return [
    `Without a guard ${tapped} and got ${ordersOf(undefended, 'no guard')} orders; under a lock that expired while its holder waited for MongoDB they got ${ordersOf(undefended, 'lock that expires')}, because nobody tells a holder that it holds nothing any more.`,
    `With the unique index they got ${ordersOf(defended, 'unique index')}, one each: the database compares when it writes, so nothing can come in between; a lock that outlasts its holder's work let ${ordersOf(defended, 'lock')} through.`,
  ];
}

/** 0: one; 1: several; 2: none. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value } = undefended.variant('lock that expires').value(TWICE);
  if (typeof value === 'number' && value > 0) return 1;
  return ordersOf(undefended, 'lock that expires') === '0' ? 2 : 0;
}

function ordersOf(measured: ArmMeasurements, variant: string): string {
  return String(measured.variant(variant).value(ORDERS).value ?? 'an unknown number of');
}
