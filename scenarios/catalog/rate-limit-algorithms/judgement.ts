import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, Check, MeasuredArms } from '../../protocol/index.js';

/** The ways to count, by their name in the knob. */
export const variants = { fixed: 'fixed-window', sliding: 'sliding-window', bucket: 'token-bucket' } as const;

/** What the story measures. */
export const values = {
  through: 'reads through around the edge',
  wait: 'wait for the next place',
  kept: 'numbers in Redis for one client',
} as const;

/** What drips into a bucket in the second between the bursts is a fifth of it; on a slow machine more, as they take longer. */
const DRIPPED = 1.5;

interface Parameters {
  readonly limit: number;
  readonly windowMs: number;
}

const of = (variant: string, name: string) => (m: ArmMeasurements) => m.variant(variant).value(name);

/** The checks of a run: counts are exact where time does not enter them. */
export function checksFor({ limit, windowMs }: Parameters): readonly Check[] {
  const through = { minSamples: 2 * limit } as const;
  return [
    {
      ...through,
      arm: 'undefended',
      name: `${values.through}, ${variants.fixed}`,
      target: exactly(2 * limit),
      measure: of(variants.fixed, values.through),
    },
    {
      ...through,
      arm: 'defended',
      name: `${values.through}, ${variants.sliding}`,
      target: exactly(limit),
      measure: of(variants.sliding, values.through),
    },
    {
      ...through,
      arm: 'defended',
      name: `${values.through}, ${variants.bucket}`,
      target: atMost(DRIPPED * limit),
      measure: of(variants.bucket, values.through),
    },
    // The price of exactness: all places were taken at once, so the first one is free when a whole window has passed.
    {
      arm: 'defended',
      name: `${values.wait}, ${variants.sliding}`,
      unit: 'ms',
      target: atLeast(windowMs / 2),
      measure: of(variants.sliding, values.wait),
    },
    // A token drips in every windowMs / limit; half a second for a machine that is slow to ask.
    {
      arm: 'defended',
      name: `${values.wait}, ${variants.bucket}`,
      unit: 'ms',
      target: atMost((2 * windowMs) / limit + 500),
      measure: of(variants.bucket, values.wait),
    },
    {
      arm: 'defended',
      name: `${values.kept}, ${variants.sliding}`,
      target: exactly(limit),
      measure: of(variants.sliding, values.kept),
    },
    {
      arm: 'defended',
      name: `${values.kept}, ${variants.bucket}`,
      target: exactly(2),
      measure: of(variants.bucket, values.kept),
    },
    {
      ...through,
      arm: 'both',
      name: 'through around the edge, fixed / sliding',
      target: exactly(2),
      measure: ({ undefended, defended }) =>
        ratio(of(variants.fixed, values.through)(undefended), of(variants.sliding, values.through)(defended)),
    },
  ];
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms, { limit }: Parameters): readonly [string, string] {
  const text = (m: ArmMeasurements, variant: string, name: string): string =>
    String(of(variant, name)(m).value ?? 'an unknown number');
  return [
    `Counted in fixed windows, ${text(undefended, variants.fixed, values.through)} reads got through around the edge at a limit of ${String(limit)}: half of them belong to the window before the edge, half to the one after it.`,
    `A sliding window let ${text(defended, variants.sliding, values.through)} through and then made the client wait ${text(defended, variants.sliding, values.wait)} ms; a bucket let ${text(defended, variants.bucket, values.through)} through and one more after ${text(defended, variants.bucket, values.wait)} ms, with ${text(defended, variants.bucket, values.kept)} numbers in Redis instead of ${text(defended, variants.sliding, values.kept)}.`,
  ];
}

/** 0: the limit; 1: a few more; 2: twice the limit. */
export function answerOfThePrediction({ undefended, defended }: MeasuredArms): number {
  const fixed = of(variants.fixed, values.through)(undefended).value;
  const sliding = of(variants.sliding, values.through)(defended).value;
  if (typeof fixed !== 'number' || typeof sliding !== 'number' || fixed <= sliding) return 0;
  return fixed >= 2 * sliding ? 2 : 1;
}
