import type { ArmName } from './arm.js';
import type { ArmMeasurements } from './measurements.js';

/** What a measured value must be. */
export interface Target {
  readonly words: string;
  holds(value: number | string): boolean;
}

/** A value, and how many observations it rests on. Undefined when nothing could be measured. */
export interface Measured {
  readonly value: number | string | undefined;
  readonly samples: number;
}

/** An expectation about one arm. A check that cannot fail is a bug. */
export interface Check {
  readonly arm: ArmName;
  /** What is measured, as it reads in the table. */
  readonly name: string;
  readonly target: Target;
  readonly unit: string;
  /** With fewer, the check is undecided. */
  readonly minSamples: number;
  measure(measurements: ArmMeasurements): Measured;
}

/** A check and what came of it, as the evidence keeps it. */
export interface CheckResult {
  readonly arm: ArmName;
  readonly name: string;
  readonly target: string;
  readonly unit: string;
  readonly measured: number | string | null;
  readonly samples: number;
  readonly minSamples: number;
  readonly outcome: 'passed' | 'failed' | 'undecided';
}

const numeric = (words: string, holds: (value: number) => boolean): Target => ({
  words,
  holds: (value) => typeof value === 'number' && holds(value),
});

export const atLeast = (bound: number): Target => numeric(`at least ${String(bound)}`, (value) => value >= bound);
export const atMost = (bound: number): Target => numeric(`at most ${String(bound)}`, (value) => value <= bound);
export const exactly = (wanted: number): Target => numeric(String(wanted), (value) => value === wanted);
export const between = (low: number, high: number): Target =>
  numeric(`${String(low)} to ${String(high)}`, (value) => value >= low && value <= high);
/** A target in words, for what is not a number. */
export const reads = (words: string, holds: (value: string) => boolean): Target => ({
  words,
  holds: (value) => typeof value === 'string' && holds(value),
});

/** Measures, and compares with the target. */
export function evaluate(check: Check, measurements: ArmMeasurements): CheckResult {
  const { value, samples } = check.measure(measurements);
  const decided = value !== undefined && !Number.isNaN(value) && samples >= check.minSamples;
  return {
    arm: check.arm,
    name: check.name,
    target: check.target.words,
    unit: check.unit,
    measured: value ?? null,
    samples,
    minSamples: check.minSamples,
    outcome: !decided ? 'undecided' : check.target.holds(value) ? 'passed' : 'failed',
  };
}
