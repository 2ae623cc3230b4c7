import { isFailed } from '../../load/index.js';
import { atLeast, atMost, between, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** What the story measures in each phase, in percent of the reads. */
export const ASKED = 'reads that ask MongoDB';
export const HITS = 'reads that find a copy';

/** Fewer say nothing about a share. */
const MANY = 100;
/** Without a cache it is all of them; queries and answers of the first and the last moment fall on two sides of the count. */
const NEARLY_ALL_PERCENT = 90;
/** With copies that outlive twenty reads, one in twenty is expected; a slow query lets a second reader ask before it is back. */
const FEW_PERCENT = 10;
/** A copy that is read three times before it ends leaves one read in four to the database; a busy machine bends that. */
const SOME_PERCENT = { low: 15, high: 60 } as const;
/** A hit waits for Redis and not for the query; half leaves room for a busy machine. */
const HALF = 0.5;

interface Parameters {
  readonly queryMs: number;
}

/** The checks of a run: without a cache all reads are queries, with one it depends on how long a copy lives. */
export function checksFor({ queryMs }: Parameters): readonly Check[] {
  const asked = (phase: string) => (m: ArmMeasurements) => m.value(ASKED, phase);
  const median = (m: ArmMeasurements): ReturnType<Check['measure']> => m.during('long').measure((s) => s.latency(50));
  return [
    ...['short', 'long'].map((phase): Check => ({
      arm: 'undefended',
      name: `${ASKED}, ${phase} time to live`,
      target: atLeast(NEARLY_ALL_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: asked(phase),
    })),
    {
      arm: 'undefended',
      name: 'time of an answer (median)',
      target: atLeast(queryMs),
      unit: 'ms',
      minSamples: MANY,
      measure: median,
    },
    {
      arm: 'defended',
      name: `${ASKED}, short time to live`,
      target: between(SOME_PERCENT.low, SOME_PERCENT.high),
      unit: '%',
      minSamples: MANY,
      measure: asked('short'),
    },
    {
      arm: 'defended',
      name: `${ASKED}, long time to live`,
      target: atMost(FEW_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: asked('long'),
    },
    {
      arm: 'defended',
      name: `${HITS}, long time to live`,
      target: atLeast(100 - FEW_PERCENT),
      unit: '%',
      minSamples: MANY,
      measure: (m) => m.value(HITS, 'long'),
    },
    {
      arm: 'defended',
      name: 'failed',
      target: exactly(0),
      minSamples: MANY,
      measure: (m) => m.samples.measure((s) => s.where(isFailed).count),
    },
    {
      arm: 'both',
      name: 'time of an answer (median), defended / undefended',
      target: atMost(HALF),
      minSamples: MANY,
      measure: ({ undefended, defended }) => ratio(median(defended), median(undefended)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const middle = (m: ArmMeasurements): string => `${(m.during('long').latency(50) ?? NaN).toFixed(0)} ms`;
  return [
    `Without a cache ${percent(undefended, ASKED, 'long')} of the reads were queries, and half of the answers took longer than ${middle(undefended)}.`,
    `With it ${percent(defended, ASKED, 'short')} still were while a copy lived for about three reads, and ${percent(defended, ASKED, 'long')} when it lived for about twenty; the median answer then took ${middle(defended)}: a time to live is worth what is read within it.`,
  ];
}

/** 0: more than 30 of 100; 1: more than 10; 2: 10 at most. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  const { value } = defended.value(ASKED, 'long');
  if (typeof value !== 'number' || value > 30) return 0;
  return value > FEW_PERCENT ? 1 : 2;
}

function percent(m: ArmMeasurements, name: string, phase: string): string {
  const { value } = m.value(name, phase);
  // What a count cuts through at its ends can make it a little more than all.
  return typeof value === 'number' ? `${Math.min(100, value).toFixed(0)} %` : 'an unknown share';
}
