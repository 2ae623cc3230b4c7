import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** Where an order leaves lines: where it comes in, where it is kept and charged, and who is told by an event. */
export const PLACES = [
  'api-gateway',
  'order-service',
  'restaurant-service',
  'payment-provider',
  'notification-service',
] as const;

/** What the story measures. */
export const values = {
  lines: 'lines of all logs meanwhile',
  written: 'orders that order-service logged',
  foundIn: (place: string) => `orders found in ${place}`,
  behindBroker: 'orders found behind the broker',
  perOrder: 'lines found of an order',
} as const;

/** Order and payment: each is a line of the gateway and one of order-service, beside what they cause. */
const LINES_OF_AN_ORDER = 6;

interface Parameters {
  readonly orders: number;
}

/** The checks of a run. */
export function checksFor({ orders }: Parameters): readonly Check[] {
  const check = (arm: Check['arm'] & ('undefended' | 'defended'), name: string, wanted: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples: orders,
    measure: (m) => m.value(name),
  });
  return [
    // It was logged, in both arms: what is missing is the way to it.
    ...(['undefended', 'defended'] as const).map((arm): Check => ({
      arm,
      name: values.written,
      target: atLeast(orders),
      minSamples: orders,
      measure: (m) => m.value(values.written),
    })),
    ...PLACES.map((place) => check('undefended', values.foundIn(place), place === 'api-gateway' ? orders : 0)),
    check('undefended', values.behindBroker, 0),
    ...PLACES.map((place) => check('defended', values.foundIn(place), orders)),
    check('defended', values.behindBroker, orders),
    {
      arm: 'defended',
      name: values.perOrder,
      target: atLeast(LINES_OF_AN_ORDER),
      minSamples: orders,
      measure: (m) => m.value(values.perOrder),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { orders }: Parameters): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  const inOrders = values.foundIn('order-service');
  return [
    `Among ${of(undefended, values.lines)} lines the id of a customer found ${of(undefended, values.perOrder)}, those of the gateway: order-service logged all ${String(orders)} orders as well, under ids that nobody knows, and ${of(undefended, inOrders)} of them could be found there.`,
    `Passed on in a header and in each event, the same id found at least ${of(defended, values.perOrder)} lines of ${of(defended, values.lines)}, in ${String(PLACES.length)} processes, and ${of(defended, values.behindBroker)} of ${String(orders)} orders also behind the broker.`,
  ];
}

/** 0: never; 1: with each event; 2: sometimes. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(values.behindBroker);
  if (value === 0) return 0;
  return value === samples ? 1 : 2;
}
