import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { Measured } from '../../load/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** How far the shift is, and what the story records then. */
export const STAGES = ['ten minutes', 'an hour', 'the shift'] as const;
export type Stage = (typeof STAGES)[number];
const [FIRST, , LAST] = STAGES;
const size = (stage: Stage): string => `bytes of the document, ${stage}`;
const sent = (stage: Stage): string => `bytes sent for a profile, ${stage}`;
const fetched = (stage: Stage): string => `bytes fetched by a search, ${stage}`;
export const recorded = {
  ...{ size, sent, fetched },
  between: 'positions between the first weighing and the last',
  kept: 'positions of the shift kept',
  bounded: 'positions kept by $slice',
  refusedBounded: 'positions refused with $slice',
  boundedBytes: 'bytes of the document with $slice',
  forgottenAfter: 'seconds until the collection forgets',
} as const;
export const positionTag = (stage: Stage): string => `position, ${stage}`;

/** Positions that a driver sends every ten seconds by then. */
export const positionsBy = (stage: Stage, shift: number): number =>
  ({ 'ten minutes': 60, 'an hour': 360, 'the shift': shift })[stage];

/** What the bound of a driver's document is, and how many are sent to see it. */
const BOUND = 100;
export const OVER_THE_BOUND = 110;
/** What MongoDB lets a document have. */
const LIMIT_BYTES = 16 * 1024 * 1024;
/** Positions of eight hours, one every ten seconds. */
const DAY = 2_880;

/** The checks of a run: bytes and counts. How long a position takes depends on the machine, and is only told. */
export function checksFor({ positions }: { readonly positions: number }): readonly Check[] {
  // A document has about 500 bytes beside its history, as much as five positions: it grows nearly as the history does.
  const nearlyAsTheHistory = (0.5 * positions) / positionsBy(FIRST, positions);
  const grows = (of: (stage: Stage) => string) => (m: ArmMeasurements) => grownBy(m, of);
  const [documentGrown, profileGrown, searchGrown] = [
    'document, grown by',
    'sent for a profile, grown by',
    'fetched by a search, grown by',
  ];
  return [
    ...(['undefended', 'defended'] as const).flatMap((arm): Check[] => {
      const target = arm === 'undefended' ? atLeast(nearlyAsTheHistory) : atMost(1.2);
      const unit = 'times';
      return [
        { arm, name: documentGrown, target, unit, measure: grows(size) },
        { arm, name: profileGrown, target, unit, measure: grows(sent) },
        { arm, name: searchGrown, target, unit, measure: grows(fetched) },
        {
          arm,
          name: recorded.kept,
          // All of them, in both; two within a millisecond are one.
          target: atLeast(0.95 * positions),
          measure: (m) => m.value(recorded.kept),
        },
        { arm, name: recorded.bounded, target: exactly(BOUND), measure: (m) => m.value(recorded.bounded) },
        { arm, name: recorded.refusedBounded, target: exactly(0), measure: (m) => m.value(recorded.refusedBounded) },
      ];
    }),
    {
      arm: 'defended',
      name: recorded.forgottenAfter,
      // A collection without an end would only be a larger document.
      target: atMost(7 * 86_400),
      measure: (m) => m.value(recorded.forgottenAfter),
    },
  ];
}

const grownBy = (m: ArmMeasurements, of: (stage: Stage) => string): Measured =>
  ratio(m.value(of(LAST)), m.value(of(FIRST)));

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const told = (m: ArmMeasurements, name: string): string => {
    const { value } = m.value(name);
    return typeof value === 'number' ? value.toLocaleString('en') : '?';
  };
  const ms = (m: ArmMeasurements, stage: Stage): string =>
    m.samples.tagged(positionTag(stage)).latency(50)?.toFixed(1) ?? '?';
  const { daysUntilFull = '?', bytesEach = '?' } = growthOf(undefended);
  return [
    `Every position stays in the document of its driver: ${told(undefended, size(FIRST))} bytes after ten minutes, ${told(undefended, size(LAST))} after the shift, and whoever reads the profile is sent all of it. A position took ${ms(undefended, FIRST)} ms, then ${ms(undefended, LAST)} (medians). That is ${String(bytesEach)} bytes a position: at eight hours a day the limit of 16 MB is ${String(daysUntilFull)} days away. With $slice the next position cut it to ${told(undefended, recorded.boundedBytes)} bytes.`,
    `In a collection of their own ${told(defended, recorded.kept)} positions left the document as it was: ${told(defended, size(FIRST))} and ${told(defended, size(LAST))} bytes. A position took ${ms(defended, FIRST)} ms, then ${ms(defended, LAST)}. The database forgets each after ${told(defended, recorded.forgottenAfter)} s by itself. In the document $slice keeps ${told(defended, recorded.bounded)}.`,
  ];
}

/** 0: never; 1: after years; 2: within a year. */
export function answerOfThePrediction({ undefended }: MeasuredArms): number {
  const { daysUntilFull } = growthOf(undefended);
  if (daysUntilFull === undefined) return 0;
  return daysUntilFull > 365 ? 1 : 2;
}

/** What a position adds to the document, and for how many days of eight hours that goes well; nothing where it does not grow. */
function growthOf(m: ArmMeasurements): { readonly bytesEach?: number; readonly daysUntilFull?: number } {
  const [before, after] = [m.value(size(FIRST)).value, m.value(size(LAST)).value];
  const positions = m.value(recorded.between).value;
  if (typeof before !== 'number' || typeof after !== 'number' || typeof positions !== 'number') return {};
  const bytesEach = Math.round((after - before) / positions);
  return bytesEach > 0 ? { bytesEach, daysUntilFull: Math.floor(LIMIT_BYTES / bytesEach / DAY) } : {};
}
