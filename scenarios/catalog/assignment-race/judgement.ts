import { atLeast, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** What the story records. */
export const values = {
  lost: 'races in which one driver got several orders',
  served: 'orders that waited and were then carried',
  told: 'customers who were told of a driver, in the rush',
  forgotten: 'orders that nobody carries, in the rush',
  idle: 'drivers who stand idle, in the rush',
} as const;

interface Parameters {
  readonly races: number;
  readonly rush: number;
}

/** The checks of a run. The defended arm is exact: an atomic write has no window that a slow machine could widen. */
export function checksFor({ races, rush }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, target: Target, minSamples: number): Check => ({
    arm,
    name,
    target,
    minSamples,
    measure: (m) => m.value(name),
  });
  return [
    // One is proof enough: how many of them depends on how the two messages happen to arrive.
    check('undefended', values.lost, atLeast(1), races),
    check('undefended', values.told, exactly(rush), rush),
    check('undefended', values.forgotten, atLeast(1), rush),
    check('undefended', values.idle, atLeast(1), rush),
    check('defended', values.lost, exactly(0), races),
    check('defended', values.served, exactly(1), 1),
    check('defended', values.told, exactly(rush), rush),
    check('defended', values.forgotten, exactly(0), rush),
    check('defended', values.idle, exactly(0), rush),
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain(
  { undefended, defended }: MeasuredArms,
  { races, rush }: Parameters,
): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `Read, then write: in ${of(undefended, values.lost)} of ${String(races)} races several orders read "available" before one of them wrote "busy", and the last write overwrote the others. In the rush all ${of(undefended, values.told)} customers were told of a driver, nobody carried ${of(undefended, values.forgotten)} of the ${String(rush)} orders, and ${of(undefended, values.idle)} drivers stood idle.`,
    `With "available" in the filter of the write, the database lets one of them through and the others take the next driver: ${of(defended, values.lost)} races were lost, ${of(defended, values.forgotten)} orders forgotten, and the one that found nobody free was carried when the driver was free again.`,
  ];
}

/** 0: all; 1: most; 2: fewer than half. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value, samples } = undefended.value(values.forgotten);
  if (typeof value !== 'number' || value === 0) return 0;
  return value <= samples / 2 ? 1 : 2;
}
