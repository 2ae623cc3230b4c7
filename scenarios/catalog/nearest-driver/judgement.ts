import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { Measured } from '../../load/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';
import { CITY } from './fleet.js';

/** How far the company has come, and what the story records then. */
export const STAGES = ['one city', 'ten cities', 'all cities'] as const;
export type Stage = (typeof STAGES)[number];
const [FIRST, , LAST] = STAGES;
export const examined = (stage: Stage): string => `documents read a search, ${stage}`;
export const found = (stage: Stage): string => `drivers found, ${stage}`;
export const searchTag = (stage: Stage): string => `search, ${stage}`;
const GROWN = 'documents read a search, grown by';

/** What the story records when it counts. */
export const counting = { refused: 'countDocuments with $near refused', within: 'counted within 5 km' } as const;

/** How many drivers there are by then. */
export const sizeAt = (stage: Stage, largest: number): number =>
  ({ 'one city': CITY, 'ten cities': Math.min(10 * CITY, largest), 'all cities': largest })[stage];

interface Parameters {
  readonly largest: number;
  readonly searches: number;
}

/** The checks of a run: documents, as the database counted them. How long a search takes depends on the machine, and is only told. */
export function checksFor({ largest, searches }: Parameters): readonly Check[] {
  return [
    {
      arm: 'undefended',
      name: examined(LAST),
      // Everybody who is available, at least: the fleet is.
      target: atLeast(largest),
      minSamples: searches,
      measure: (m) => m.value(examined(LAST)),
    },
    {
      arm: 'undefended',
      name: GROWN,
      // One driver of the cast is in both numbers.
      target: atLeast((0.9 * largest) / CITY),
      unit: 'times',
      minSamples: searches,
      measure: grownBy,
    },
    {
      arm: 'defended',
      name: GROWN,
      // The other cities are no neighbours: what is read is the same.
      target: atMost(1.2),
      unit: 'times',
      minSamples: searches,
      measure: grownBy,
    },
    {
      arm: 'defended',
      name: examined(LAST),
      // Never more than the own city has.
      target: atMost(CITY),
      minSamples: searches,
      measure: (m) => m.value(examined(LAST)),
    },
    ...(['undefended', 'defended'] as const).map((arm): Check => ({
      arm,
      name: found(LAST),
      target: exactly(10),
      measure: (m) => m.value(found(LAST)),
    })),
    { arm: 'defended', name: counting.refused, target: exactly(1), measure: (m) => m.value(counting.refused) },
    { arm: 'defended', name: counting.within, target: atLeast(1), measure: (m) => m.value(counting.within) },
  ];
}

const grownBy = (m: ArmMeasurements): Measured => ratio(m.value(examined(LAST)), m.value(examined(FIRST)));

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const read = (m: ArmMeasurements, stage: Stage): string =>
    String(m.value(examined(stage)).value ?? 'an unknown number of');
  const ms = (m: ArmMeasurements, stage: Stage): string =>
    m.samples.tagged(searchTag(stage)).latency(50)?.toFixed(1) ?? '?';
  return [
    `Whoever computes every distance reads every driver: ${read(undefended, FIRST)} documents a search in one city, ${read(undefended, LAST)} in all, and an answer that took ${ms(undefended, FIRST)} ms took ${ms(undefended, LAST)} (medians).`,
    `The index reads the cells around the customer and stops when it has enough: ${read(defended, FIRST)} documents and ${read(defended, LAST)}, ${ms(defended, FIRST)} ms and ${ms(defended, LAST)} ms. Counting with $near was ${defended.value(counting.refused).value === 1 ? 'refused' : 'not refused'}; $geoWithin counted ${String(defended.value(counting.within).value)} drivers within 5 km.`,
  ];
}

/** 0: as the fleet; 1: the logarithm; 2: as before. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value } = grownBy(defended);
  if (typeof value !== 'number' || value > 10) return 0;
  return value > 2 ? 1 : 2;
}
