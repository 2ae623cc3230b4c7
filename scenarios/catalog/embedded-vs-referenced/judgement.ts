import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** Where dishes are, and how they are read when they are not in the document of their restaurant. */
export const layouts = {
  each: 'a query a dish',
  two: 'two queries',
  join: '$lookup',
  embedded: 'embedded',
} as const;

/** What the story measures. */
export const values = {
  queries: 'queries for one read',
  time: 'time of a read (median)',
  torn: 'reads of half a change',
  refused: 'photos that are refused',
} as const;

/** Of 2 MB each: more than a document holds. */
export const PHOTOS = 10;
/** What stays below 16 MB. */
const FITTING = 7;
/** Fewer reads may all have missed the moments between two writes. */
const MANY = 10;
/** One trip to the database instead of eleven; a busy machine makes the rest of the way longer in both cases. */
const HALF = 0.5;

interface Parameters {
  readonly dishes: number;
}

/** The checks of a run: what a read costs and sees, and what a document holds. */
export function checksFor({ dishes }: Parameters): readonly Check[] {
  const queries = (arm: ArmName, layout: string, wanted: number): Check => ({
    arm,
    name: `${values.queries}, ${layout}`,
    target: exactly(wanted),
    minSamples: 3,
    measure: (m) => m.variant(layout).value(values.queries),
  });
  const torn = (arm: ArmName, layout: string, target: Target): Check => ({
    arm,
    name: `${values.torn}, ${layout}`,
    target,
    minSamples: MANY,
    measure: (m) => m.variant(layout).value(values.torn),
  });
  return [
    queries('undefended', layouts.each, 1 + dishes),
    queries('undefended', layouts.two, 2),
    queries('undefended', layouts.join, 1),
    ...[layouts.each, layouts.two, layouts.join].map((layout) => torn('undefended', layout, atLeast(1))),
    {
      arm: 'undefended',
      name: `${values.refused}, ${layouts.embedded}`,
      target: exactly(PHOTOS - FITTING),
      minSamples: PHOTOS,
      measure: (m) => m.value(values.refused),
    },
    queries('defended', layouts.embedded, 1),
    torn('defended', layouts.embedded, exactly(0)),
    {
      arm: 'defended',
      name: `${values.refused}, one document each`,
      target: exactly(0),
      minSamples: PHOTOS,
      measure: (m) => m.value(values.refused),
    },
    {
      arm: 'both',
      name: 'time of a read, embedded / a query a dish',
      target: atMost(HALF),
      minSamples: 3,
      measure: ({ undefended, defended }) =>
        ratio(
          defended.variant(layouts.embedded).value(values.time),
          undefended.variant(layouts.each).value(values.time),
        ),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (m: ArmMeasurements, layout: string, name: string): string => {
    const { value, samples } = m.variant(layout).value(name);
    if (typeof value !== 'number') return 'an unknown number';
    return name === values.torn ? `${String(value)} of ${String(samples)}` : value.toFixed(0);
  };
  const apart = (layout: string, name: string): string => of(undefended, layout, name);
  const refused = String(undefended.value(values.refused).value ?? 'some');
  return [
    `With a document for each dish one read took ${apart(layouts.each, values.queries)} queries and ${apart(layouts.each, values.time)} ms, or 2 and ${apart(layouts.two, values.time)} ms; and however they were read, even with $lookup, ${apart(layouts.join, values.torn)} reads saw half of a change, because the change was more than one write.`,
    `Embedded it is one query, ${of(defended, layouts.embedded, values.time)} ms, and ${of(defended, layouts.embedded, values.torn)} reads saw half of a change; but a document ends at 16 MB: ${refused} of ${String(PHOTOS)} photos of 2 MB found no room in one, and all of them in documents of their own.`,
  ];
}

/** 0: no; 1: yes. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  return Number(undefended.variant(layouts.join).value(values.torn).value ?? 0) > 0 ? 1 : 0;
}
