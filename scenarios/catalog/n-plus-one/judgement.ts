import { percentile } from '../../load/index.js';
import type { Measured } from '../../load/index.js';
import { atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const CALLS = 'calls for one list';
export const TIME = 'time of a list';
export const NAMELESS = 'orders without a name';

/** Twenty calls one after the other against one: less than half leaves room for a machine that is slow at everything else. */
const SMALL = 0.4;

interface Parameters {
  readonly orders: number;
  readonly lists: number;
}

/** The checks of a run. */
export function checksFor({ orders, lists }: Parameters): readonly Check[] {
  const calls = (arm: ArmName, variant: string, wanted: number): Check => ({
    arm,
    name: `${CALLS}, ${variant}`,
    target: exactly(wanted),
    minSamples: lists,
    measure: (m) => m.variant(variant).value(CALLS),
  });
  const nameless = (arm: ArmName, variant: string): Check => ({
    arm,
    name: `${NAMELESS}, ${variant}`,
    target: exactly(0),
    minSamples: orders * lists,
    measure: (m) => m.variant(variant).value(NAMELESS),
  });
  return [
    calls('undefended', 'n-plus-one', orders),
    nameless('undefended', 'n-plus-one'),
    calls('defended', 'batch', 1),
    nameless('defended', 'batch'),
    calls('defended', 'denormalised', 0),
    nameless('defended', 'denormalised'),
    {
      arm: 'both',
      name: 'time of a list (median), batch / n-plus-one',
      target: atMost(SMALL),
      minSamples: lists,
      measure: timeRatio,
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { orders }: Parameters): readonly [string, string] {
  const calls = (m: ArmMeasurements, variant: string): string =>
    String(m.variant(variant).value(CALLS).value ?? 'an unknown number of');
  const ms = (m: ArmMeasurements, variant: string): string => `${Number(timeOf(m, variant).value ?? 0).toFixed(0)} ms`;
  return [
    `A list of ${String(orders)} orders took ${calls(undefended, 'n-plus-one')} calls to restaurant-service, one after the other, and ${ms(undefended, 'n-plus-one')} (median): the time grows with the list.`,
    `Asking once for all of them took ${calls(defended, 'batch')} call and ${ms(defended, 'batch')}; the copies of the names in the orders took ${calls(defended, 'denormalised')} calls and ${ms(defended, 'denormalised')}, and say what the restaurant was called on the day of the order.`,
  ];
}

/** 0: about the same; 1: half; 2: a small part. */
export function answerOfThePrediction(measured: MeasuredArms): number {
  const { value } = timeRatio(measured);
  if (typeof value !== 'number' || value > 0.75) return 0;
  return value > SMALL ? 1 : 2;
}

function timeOf(measured: ArmMeasurements, variant: string): Measured {
  const times = measured.variant(variant).values(TIME);
  return { value: percentile(times, 50), samples: times.length };
}

const timeRatio = ({ undefended, defended }: MeasuredArms): Measured =>
  ratio(timeOf(defended, 'batch'), timeOf(undefended, 'n-plus-one'));
