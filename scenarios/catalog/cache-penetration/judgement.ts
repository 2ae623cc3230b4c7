import { isFailed } from '../../load/index.js';
import { exactly, ratio, atMost } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story counts. */
export const QUERIES = {
  deadLinks: 'queries to MongoDB, dead links',
  madeUp: 'queries to MongoDB, made up ids',
} as const;
export const COPIES = 'copies of nothing in Redis';

/** One query for each dead link instead of one for each read. */
const FIFTH = 0.2;

interface Parameters {
  readonly deadLinks: number;
  readonly rounds: number;
  readonly madeUp: number;
}

/** The checks of a run. Rounds follow each other, so that counts are exact: only the first look at a dead link is a query. */
export function checksFor({ deadLinks, rounds, madeUp }: Parameters): readonly Check[] {
  const queries = (name: string) => (m: ArmMeasurements) => m.value(name);
  const dead = { name: QUERIES.deadLinks, minSamples: deadLinks * rounds, measure: queries(QUERIES.deadLinks) };
  const made = { name: QUERIES.madeUp, minSamples: madeUp, measure: queries(QUERIES.madeUp) };
  return [
    { arm: 'undefended', target: exactly(deadLinks * rounds), ...dead },
    { arm: 'undefended', target: exactly(madeUp), ...made },
    { arm: 'defended', target: exactly(deadLinks), ...dead },
    // What the defence cannot do is expected as well: a new id has no copy, not even one of nothing.
    { arm: 'defended', target: exactly(madeUp), ...made },
    {
      arm: 'defended',
      name: `${COPIES}, of made up ids`,
      target: exactly(madeUp),
      minSamples: madeUp,
      measure: (m) => m.value(COPIES),
    },
    {
      arm: 'defended',
      name: 'not answered with 404',
      target: exactly(0),
      minSamples: deadLinks * rounds + madeUp,
      measure: (m) => m.samples.measure((s) => s.where(isFailed).count),
    },
    {
      arm: 'both',
      name: `${QUERIES.deadLinks}, defended / undefended`,
      target: atMost(FIFTH),
      minSamples: deadLinks * rounds,
      measure: ({ undefended, defended }) => ratio(dead.measure(defended), dead.measure(undefended)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, name: string): string => {
    const { value, samples } = m.value(name);
    return `${String(value ?? 'an unknown number')} of ${String(samples)}`;
  };
  return [
    `What does not exist left no copy, so ${of(undefended, QUERIES.deadLinks)} reads of dead links were queries; with a copy of "there is none" it was ${of(defended, QUERIES.deadLinks)}.`,
    `Of made up ids ${of(defended, QUERIES.madeUp)} still reached the database, and each left a copy of nothing in Redis: against those it takes limits for each client, or a filter that knows all ids.`,
  ];
}

/** 0: none; 1: some; 2: all. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value, samples } = defended.value(QUERIES.madeUp);
  if (value === 0) return 0;
  return value === samples ? 2 : 1;
}
