import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story records. */
export const values = {
  peak: 'highest multiplier of the delivery fee',
  ordered: 'customers who ordered',
  waiting: 'paid orders without a driver',
  now: 'dearer than quoted by then',
  beyondQuote: 'charged beyond the quote',
  stolen: 'orders at the quote of somebody else',
  relieved: 'multiplier after the drivers came',
} as const;

/** 14 customers and 10 drivers are 1.4 each; the fee moves by quarters, and only when it is a whole one away. */
export const RELIEVED = 1.5;

interface Parameters {
  readonly customers: number;
}

/** The checks of a run. Nobody acts at the same time as another: the numbers do not depend on how fast the machine is. */
export function checksFor({ customers }: Parameters): readonly Check[] {
  const others = customers - 1;
  const check = (arm: ArmName, name: string, target: Target, minSamples = 1, unit = ''): Check => ({
    arm,
    name,
    target,
    minSamples,
    unit,
    measure: (m) => m.value(name),
  });
  return [
    check('undefended', values.peak, exactly(1), others),
    check('undefended', values.ordered, exactly(others), others),
    // Four drivers at most are on duty, and each carries one order.
    check('undefended', values.waiting, atLeast(others - 4)),
    check('defended', values.peak, atLeast(2), others),
    check('defended', values.now, atLeast(1), 1, 'cents'),
    check('defended', values.beyondQuote, exactly(0), 1, 'cents'),
    check('defended', values.stolen, exactly(0)),
    check('defended', values.relieved, atMost(RELIEVED)),
    {
      arm: 'both',
      name: `${values.waiting}, defended / undefended`,
      // Half of the customers have a limit of at most 1.5, which the fee passes at the sixth: a third fewer is the least.
      target: atMost(0.7),
      measure: ({ undefended, defended }) => ratio(defended.value(values.waiting), undefended.value(values.waiting)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `A flat fee says nothing of how scarce drivers are: ${of(undefended, values.ordered)} customers ordered and paid, and ${of(undefended, values.waiting)} of them waited for a driver who was not there.`,
    `A fee that rose to ${of(defended, values.peak)} times the ordinary one let ${of(defended, values.ordered)} order and ${of(defended, values.waiting)} wait; who had a quote paid ${of(defended, values.beyondQuote)} cents more than it said although the same basket was ${of(defended, values.now)} cents dearer by then, and when drivers came it fell to ${of(defended, values.relieved)}.`,
  ];
}

/** 0: by now; 1: what was quoted. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  return defended.value(values.beyondQuote).value === 0 ? 1 : 0;
}
