import { isFailed, percentile } from '../../load/index.js';
import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures. */
export const STALE_MS = 'time for which the old name was served';
export const OLD = 'reads that got the old name';
export const LOST = 'races after which the old name was back';

/** The copy was made just before the change; on a busy machine some of its time has gone by then. */
const MOST = 0.5;
/** An event takes tens of ms from the database through the broker; a busy machine takes longer, but not a copy's life. */
const SMALL_PART = 0.5;
/** On a busy machine the writer may be slower than the slow reader: that is no race. */
const MOST_RACES = 0.6;

interface Parameters {
  readonly changes: number;
  readonly races: number;
  readonly ttlMs: number;
}

/** The checks of a run: nothing deletes copies and old ones come back, or the event deletes them and a fence keeps old ones out. */
export function checksFor({ changes, races, ttlMs }: Parameters): readonly Check[] {
  const stale = (m: ArmMeasurements): ReturnType<Check['measure']> => ({
    value: percentile(m.values(STALE_MS), 50),
    samples: m.values(STALE_MS).length,
  });
  const lost = (m: ArmMeasurements): ReturnType<Check['measure']> => m.value(LOST);
  return [
    {
      arm: 'undefended',
      name: `${STALE_MS} (median)`,
      target: atLeast(MOST * ttlMs),
      unit: 'ms',
      minSamples: changes,
      measure: stale,
    },
    {
      arm: 'undefended',
      name: LOST,
      target: atLeast(Math.ceil(MOST_RACES * races)),
      minSamples: races,
      measure: lost,
    },
    {
      arm: 'defended',
      name: `${STALE_MS} (median)`,
      target: atMost(SMALL_PART * ttlMs),
      unit: 'ms',
      minSamples: changes,
      measure: stale,
    },
    { arm: 'defended', name: LOST, target: exactly(0), minSamples: races, measure: lost },
    {
      arm: 'defended',
      name: 'reads that failed',
      target: exactly(0),
      minSamples: changes + races,
      measure: (m) => m.samples.tagged('read').measure((s) => s.where(isFailed).count),
    },
    {
      arm: 'both',
      name: `${STALE_MS}, defended / undefended`,
      target: atMost(SMALL_PART),
      minSamples: changes,
      measure: ({ undefended, defended }) => ratio(stale(defended), stale(undefended)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { races }: Parameters): readonly [string, string] {
  const middle = (m: ArmMeasurements): string => `${(percentile(m.values(STALE_MS), 50) ?? NaN).toFixed(0)} ms`;
  const count = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number');
  return [
    `With nothing but a time to live, the old name was served for ${middle(undefended)} (median), to ${count(undefended, OLD)} readers; with the event it was ${middle(defended)}, to ${count(defended, OLD)}.`,
    `Deleting copies was not enough: in ${count(undefended, LOST)} of ${String(races)} races a slow reader put the old name back after everybody had deleted it; with the fence it was ${count(defended, LOST)}.`,
  ];
}

/** 0: the new name; 2: the old one until the copy expires, which is what a look after the deletions saw. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { value } = undefended.value(LOST);
  return typeof value === 'number' && value > 0 ? 2 : 0;
}
