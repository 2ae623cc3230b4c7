import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story records, for each way. */
export const values = {
  idle: 'drivers without an order',
  busiest: 'share of the busiest driver',
  gini: 'inequality of orders (Gini)',
  worst: 'orders of the worst rated driver',
  meters: 'way to the restaurant',
} as const;

/** Ways to choose. */
export const WAYS = { nearest: 'nearest', unscaled: 'unscaled', weighted: 'weighted' } as const;

export const DRIVERS = 6;
/** Orders of one moment. */
export const AT_ONCE = 2;

interface Parameters {
  readonly rounds: number;
}

/** The checks of a run. Who gets an order follows from places, ratings and deliveries, and not from how fast anything is. */
export function checksFor({ rounds }: Parameters): readonly Check[] {
  const orders = AT_ONCE * rounds;
  const of = (arm: ArmName, way: string, name: string, target: Target, unit = ''): Check => ({
    arm,
    name: `${name}, ${way}`,
    target,
    unit,
    minSamples: name === values.idle ? DRIVERS : orders,
    measure: (m) => m.variant(way).value(name),
  });
  return [
    // As many work as there are orders at a time.
    of('undefended', WAYS.nearest, values.idle, exactly(DRIVERS - AT_ONCE)),
    of('undefended', WAYS.nearest, values.gini, atLeast(0.6)),
    of('undefended', WAYS.unscaled, values.idle, exactly(DRIVERS - AT_ONCE)),
    of('undefended', WAYS.unscaled, values.worst, exactly(rounds)),
    // After four rounds of two everybody has had a turn: each delivery counts like a hundred metres of a street of three hundred.
    of('defended', WAYS.weighted, values.idle, exactly(0)),
    of('defended', WAYS.weighted, values.busiest, atMost(35), '%'),
    of('defended', WAYS.weighted, values.gini, atMost(0.4)),
    {
      arm: 'both',
      // The price, and its bound: whoever shares the work among six takes drivers from the whole street, and from no farther.
      name: `${values.meters}, weighted / nearest`,
      target: atMost(3),
      unit: 'times',
      minSamples: orders,
      measure: ({ undefended, defended }) =>
        ratio(
          defended.variant(WAYS.weighted).value(values.meters),
          undefended.variant(WAYS.nearest).value(values.meters),
        ),
    },
  ];
}

const of = (m: ArmMeasurements, way: string, name: string): string =>
  String(m.variant(way).value(name).value ?? 'an unknown number of');

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  return [
    `The nearest is the nearest again as soon as he is back: ${of(undefended, WAYS.nearest, values.idle)} of ${String(DRIVERS)} drivers got no order, the busiest ${of(undefended, WAYS.nearest, values.busiest)} % of them, and the recipe with stars left the worst rated one his ${of(undefended, WAYS.unscaled, values.worst)} orders, for half a star weighs less than a metre.`,
    `With parts between 0 and 1 a delivery counts like some ninety metres: ${of(defended, WAYS.weighted, values.idle)} drivers got nothing, the busiest ${of(defended, WAYS.weighted, values.busiest)} %, the worst rated ${of(defended, WAYS.weighted, values.worst)} orders. Customers pay for it: the driver came from ${of(defended, WAYS.weighted, values.meters)} m instead of ${of(undefended, WAYS.nearest, values.meters)} m.`,
  ];
}

/** 0: better ones; 1: he keeps them. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value, samples } = undefended.variant(WAYS.unscaled).value(values.worst);
  return typeof value === 'number' && value >= samples / AT_ONCE ? 1 : 0;
}
