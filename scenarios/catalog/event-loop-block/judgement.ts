import { percentile } from '../../load/index.js';
import type { Measured } from '../../load/index.js';
import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** Kinds of requests. */
export const tags = { light: 'own account', signIn: 'sign-in', elsewhere: 'browse' } as const;

/** What the story measures: times in ms, and shares of the time until the last of a rush had signed in. */
export const values = {
  last: 'last sign-in of a rush',
  line: 'last sign-in, in sign-ins alone',
  light: 'read of the same service, share of a rush',
  elsewhere: 'read of another service, share of a rush',
  stop: 'longest stop of the event loop',
  mean: 'mean delay of the event loop',
} as const;

/**
 * On the loop a light request that comes during a rush stands behind all the hashes, so that it waits nearly as long as the last of those who sign
 * in. On the thread pool it has nothing to do with them but the processor, and takes some ms beside some hundred. Both are of the same
 * moment: a busy machine makes them longer alike.
 */
const NEARLY_ALL = 0.5;
const LITTLE = 0.4;
/** On the loop all stand in one line, and the last waits for all hashes. A quarter leaves room for what else a sign-in does. */
const lineOf = (signIns: number): number => signIns / 4;
/** A stop of hundreds of ms beside a loop that turns every 10 ms. */
const TWICE = 2;
const HALF = 0.5;
/** The threshold of the alarm that the guide sets, ms. */
const ALARM_MS = 100;

interface Parameters {
  readonly signIns: number;
  readonly rushes: number;
}

/** The checks of a run. */
export function checksFor({ signIns, rushes }: Parameters): readonly Check[] {
  return [
    {
      arm: 'undefended',
      name: values.light,
      target: atLeast(NEARLY_ALL),
      minSamples: rushes,
      measure: (m) => median(m, values.light),
    },
    {
      arm: 'undefended',
      name: values.line,
      target: atLeast(lineOf(signIns)),
      minSamples: rushes,
      measure: (m) => median(m, values.line),
    },
    {
      arm: 'undefended',
      name: values.elsewhere,
      target: atMost(LITTLE),
      minSamples: rushes,
      measure: (m) => median(m, values.elsewhere),
    },
    {
      arm: 'undefended',
      name: 'longest stop / mean delay of the loop',
      target: atLeast(TWICE),
      minSamples: rushes,
      measure: (m) => ratio(median(m, values.stop), median(m, values.mean)),
    },
    ...(['undefended', 'defended'] as const).flatMap((arm): Check[] => [
      {
        arm,
        name: 'sign-ins that failed',
        target: exactly(0),
        minSamples: rushes * signIns,
        measure: (m) => m.samples.tagged(tags.signIn).measure((s) => s.failed.count),
      },
    ]),
    {
      arm: 'defended',
      name: 'reads of the same service that failed',
      target: exactly(0),
      minSamples: rushes,
      measure: (m) => m.samples.tagged(tags.light).measure((s) => s.failed.count),
    },
    {
      arm: 'defended',
      name: values.light,
      target: atMost(LITTLE),
      minSamples: rushes,
      measure: (m) => median(m, values.light),
    },
    {
      arm: 'both',
      name: 'read of the same service, defended / undefended',
      target: atMost(HALF),
      minSamples: rushes,
      measure: ({ undefended, defended }) => ratio(median(defended, values.light), median(undefended, values.light)),
    },
  ];
}

function median(m: ArmMeasurements, name: string): Measured {
  const all = m.values(name);
  return { value: percentile(all, 50), samples: all.length };
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  return [
    `Each rush stopped the event loop for ${ms(median(undefended, values.stop))}; a light request of that time waited ${percent(median(undefended, values.light))} of what the last to sign in waited (${ms(median(undefended, values.last))}), and the mean delay of the loop was ${ms(median(undefended, values.mean))}, ${alarm(undefended)}.`,
    `On the thread pool the same hashes took ${ms(median(defended, values.last))} until the last was in, and a light request waited ${percent(median(defended, values.light))} of that: the work is the same, the line is not.`,
  ];
}

const percent = ({ value }: Measured): string =>
  typeof value === 'number' ? `${String(Math.round(100 * value))} %` : 'an unknown share';

const ms = ({ value }: Measured): string =>
  typeof value === 'number' ? `${String(Math.round(value))} ms` : 'an unknown time';

function alarm(m: ArmMeasurements): string {
  const { value } = median(m, values.mean);
  return typeof value === 'number' && value > ALARM_MS
    ? `above the ${String(ALARM_MS)} ms of a usual alarm`
    : `which an alarm at ${String(ALARM_MS)} ms does not hear`;
}

/** 0: nobody waits; 1: those who sign in; 2: everybody still. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  if (Number(median(defended, values.light).value) > NEARLY_ALL) return 2;
  return Number(median(defended, values.line).value) > 1 ? 1 : 0;
}
