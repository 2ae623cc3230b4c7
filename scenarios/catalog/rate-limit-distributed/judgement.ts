import { exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

export const GATEWAYS = ['api-gateway', 'api-gateway-2'] as const;

export const phases = { both: 'both gateways', without: 'without Redis', again: 'Redis is back' } as const;

/** What the story counts. */
export const values = {
  both: 'reads that got through',
  without: 'reads that got through without Redis',
  again: 'reads that got through when it was back',
} as const;

/** The limit for reads as it is outside of the lab, and its window of 15 minutes: no place comes free during a run. */
const LIMIT = 100;
const EACH = GATEWAYS.length * LIMIT;

interface Parameters {
  readonly reads: number;
}

/** The checks of a run, exact: one more would be a race in the counting, one less somebody who was refused wrongly. */
export function checksFor({ reads }: Parameters): readonly Check[] {
  const minSamples = GATEWAYS.length * reads;
  const check = (arm: ArmName, name: string, wanted: number): Check => ({
    arm,
    name,
    target: exactly(wanted),
    minSamples,
    measure: (m) => m.value(name),
  });
  return [
    check('undefended', values.both, EACH),
    check('undefended', values.without, EACH),
    check('undefended', values.again, EACH),
    check('defended', values.both, LIMIT),
    check('defended', values.without, EACH),
    check('defended', values.again, LIMIT),
    {
      arm: 'defended',
      name: 'answers other than 200 and 429',
      target: exactly(0),
      minSamples: 3 * minSamples,
      measure: (m) =>
        m.samples.tagged('read').measure((s) => s.where(({ status }) => status !== 200 && status !== 429).count),
    },
    {
      arm: 'both',
      name: 'limits for one client, local / shared',
      target: exactly(GATEWAYS.length),
      minSamples,
      measure: ({ undefended, defended }) => ratio(undefended.value(values.both), defended.value(values.both)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `Counted in the memory of each gateway, a client of the limit ${String(LIMIT)} read ${of(undefended, values.both)} times: every gateway that is added raises the limit.`,
    `Counted in Redis it was ${of(defended, values.both)}, with Redis dead ${of(defended, values.without)}, because each gateway went on alone, and ${of(defended, values.again)} once it was back: the limit gets looser, it is never off, and nobody was refused who had a place.`,
  ];
}

/** 0: 100; 1: 100 at each; 2: all; 3: none. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(values.without);
  if (value === 0) return 3;
  if (value === samples) return 2;
  return value === LIMIT ? 0 : 1;
}
