import { isAnswered } from '../../load/index.js';
import { exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

/** What a whole answer is marked with, and the tag of those before anything is broken. */
export const WHOLE = 'whole';
/** Tags of the answers while a service is away, by the part that it has. */
export const AWAY = {
  restaurant: 'restaurant-service away',
  driver: 'driver-service away',
  order: 'order-service away',
} as const;

/** The checks of a run. Each service is either there or not: there is no share between none and all. */
export function checksFor(reads: number): readonly Check[] {
  const answered = (arm: ArmName, tag: string, wanted: number): Check => ({
    arm,
    name: `answered, ${tag}`,
    target: exactly(wanted),
    minSamples: reads,
    measure: (m) => answeredOf(m, tag),
  });
  const marked = (arm: ArmName, name: string, tag: string, mark: string): Check => ({
    arm,
    name,
    target: exactly(reads),
    minSamples: reads,
    measure: (m) => m.samples.tagged(tag).measure((s) => s.where((sample) => sample.mark === mark).count),
  });
  return [
    marked('undefended', 'whole, all services there', WHOLE, WHOLE),
    answered('undefended', AWAY.restaurant, 0),
    answered('undefended', AWAY.driver, 0),
    marked('defended', 'whole, all services there', WHOLE, WHOLE),
    answered('defended', AWAY.restaurant, reads),
    marked('defended', 'say that the restaurant is missing', AWAY.restaurant, 'restaurant'),
    answered('defended', AWAY.driver, reads),
    marked('defended', 'say that the driver is missing', AWAY.driver, 'driver'),
    // Without the order there is nothing to show: a partial answer must not pretend that there is.
    answered('defended', AWAY.order, 0),
  ];
}

const answeredOf = (m: ArmMeasurements, tag: string): ReturnType<Check['measure']> =>
  m.samples.tagged(tag).measure((s) => s.where(isAnswered).count);

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, tag: string): string =>
    `${String(answeredOf(m, tag).value)} of ${String(m.samples.tagged(tag).count)}`;
  return [
    `All or nothing answered ${of(undefended, AWAY.restaurant)} readers without the restaurant service and ${of(undefended, AWAY.driver)} without the driver service, although the order itself could be read: three services that must all be there are there less often than each of them.`,
    `Partial answers served ${of(defended, AWAY.restaurant)} and ${of(defended, AWAY.driver)}, each with the name of the part that is missing; without the order service they served ${of(defended, AWAY.order)}, because the order is what the screen is about.`,
  ];
}

/** 0: an error; 1: null without a word; 2: null with it. */
export function predictionOf({ defended }: MeasuredArms): number {
  const answers = defended.samples.tagged(AWAY.driver);
  if (answers.answered.count < answers.count / 2) return 0;
  return answers.where(({ mark }) => mark === 'driver').count > answers.count / 2 ? 2 : 1;
}
