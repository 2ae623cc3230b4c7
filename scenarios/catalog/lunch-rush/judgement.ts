import { isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, atMost, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** The instance that is killed. */
export const INSTANCE = 'restaurant-service-2';

/** What the books say when it is over. */
export const values = {
  orders: 'orders on record',
  twins: 'orders that nobody wanted',
  money: 'money that is not where it belongs',
  limbo: 'payments that never ended',
  uncarried: 'paid orders that nobody carries',
  shared: 'orders whose driver has another one',
  untold: 'steps that nobody was told of',
  toldAgain: 'steps that somebody was told of again',
} as const;

/** Each book, by the value that is 0 when it is right. */
const BOOKS = [
  ['orders', [values.twins]],
  ['money', [values.money]],
  ['drivers', [values.uncarried, values.shared]],
  ['messages', [values.untold, values.toldAgain]],
] as const;

interface Parameters {
  readonly rate: number;
  readonly orders: number;
  readonly crowd: number;
  readonly rushMs: number;
}

/** A share of the reads goes to the instance that is dead: how many, the balancer decides. */
const MANY_READS = 15;
/** What was on its way to the instance when it died is tried again; a busy machine may take too long once. */
const HARDLY_ANY = 3;

/** Reads from when the instance was seen dead until it was started again. */
function readsWithoutInstance(m: ArmMeasurements): Samples {
  const fault = m.facts.faults.find(({ plan }) => plan.fault === 'kill' && plan.target === INSTANCE);
  return m.samples.tagged('browse').intendedBetween(fault?.provedAt ?? Infinity, fault?.healedAt ?? Infinity);
}

/** The checks of a run. */
export function checksFor({ rate, orders, crowd, rushMs }: Parameters): readonly Check[] {
  const s = rushMs / 1_000;
  // Of what was offered; the crowds come on top.
  const manyOrders = Math.floor(0.7 * orders * s) + 2 * crowd;
  const book = (arm: ArmName, name: string, target: Check['target'], minSamples: number): Check => ({
    arm,
    name,
    target,
    minSamples,
    measure: (m) => m.value(name),
  });
  const reads = (arm: ArmName, target: Check['target']): Check => ({
    arm,
    name: 'reads that failed while the instance was dead',
    target,
    unit: '%',
    minSamples: Math.floor(rate * 10),
    measure: (m) => readsWithoutInstance(m).measure((samples) => samples.percent(isFailed)),
  });
  const wrong = atLeast(1);
  const right = exactly(0);
  const confirmed = Math.floor(manyOrders / 2);
  return [
    book('undefended', values.twins, wrong, 2 * crowd),
    book('undefended', values.money, wrong, 1),
    book('undefended', values.shared, wrong, 1),
    book('undefended', values.untold, wrong, manyOrders),
    book('undefended', values.toldAgain, wrong, manyOrders),
    reads('undefended', atLeast(MANY_READS)),
    book('defended', values.orders, atLeast(manyOrders), 1),
    book('defended', values.twins, right, 2 * crowd),
    book('defended', values.money, right, confirmed),
    book('defended', values.limbo, right, manyOrders),
    book('defended', values.uncarried, right, confirmed),
    book('defended', values.shared, right, crowd),
    book('defended', values.untold, right, manyOrders),
    book('defended', values.toldAgain, right, manyOrders),
    reads('defended', atMost(HARDLY_ANY)),
  ];
}

const count = (m: ArmMeasurements, name: string): number => Number(m.value(name).value ?? NaN);

const wrongBooks = (m: ArmMeasurements): readonly string[] =>
  BOOKS.filter(([, names]) => names.some((name) => count(m, name) !== 0)).map(([book]) => book);

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number of');
  const failed = (m: ArmMeasurements): string => `${(readsWithoutInstance(m).percent(isFailed) ?? NaN).toFixed(0)} %`;
  return [
    `Of ${of(undefended, values.orders)} orders ${of(undefended, values.twins)} were wanted by nobody, ${(count(undefended, values.money) / 100).toFixed(2)} euros are not where they belong, ${of(undefended, values.shared)} orders share a driver with another one, ${of(undefended, values.untold)} steps were told to nobody and ${of(undefended, values.toldAgain)} again; ${failed(undefended)} of the reads failed while an instance was dead.`,
    `With every defence on, the same rush and the same faults left ${of(defended, values.orders)} orders and ${wrongBooks(defended).length === 0 ? 'nothing wrong in any book' : `something wrong with ${wrongBooks(defended).join(', ')}`}; ${failed(defended)} of the reads failed.`,
  ];
}

/** 0: all books are right; 1: some; 2: none. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const wrong = wrongBooks(undefended).length;
  if (wrong === 0) return 0;
  return wrong === BOOKS.length ? 2 : 1;
}
