import type { Measured } from '../load/index.js';
import type { ArmName } from './arm.js';
import type { ArmMeasurements } from './measurements.js';

/** What a measured value must be. */
export interface Target {
  readonly words: string;
  holds(value: number | string): boolean;
}

/** What every check says of itself. */
interface Expectation {
  /** What is measured, as it reads in the table. */
  readonly name: string;
  readonly target: Target;
  /** Behind the number, e.g. `ms`. Default none. */
  readonly unit?: string;
  /** With fewer, the check is undecided. Default 1. */
  readonly minSamples?: number;
}

/** An expectation about one arm. A check that cannot fail is a bug. */
export interface ArmCheck extends Expectation {
  readonly arm: ArmName;
  measure(measurements: ArmMeasurements): Measured;
}

/** An expectation about one arm beside the other, e.g. that the defended one asks the database a fifth as often. */
export interface ComparingCheck extends Expectation {
  readonly arm: 'both';
  measure(measurements: MeasuredArms): Measured;
}

export type Check = ArmCheck | ComparingCheck;

/** What was measured in each arm that ran. */
export type MeasuredArms = Readonly<Record<ArmName, ArmMeasurements>>;

/** A check and what came of it, as the evidence keeps it. */
export interface CheckResult {
  readonly arm: ArmName | 'both';
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

/** How many times as large one measurement is as another; rests on the smaller number of samples. */
export function ratio(of: Measured, to: Measured): Measured {
  const [part, whole] = [of.value, to.value];
  const known = typeof part === 'number' && typeof whole === 'number' && whole !== 0;
  return { value: known ? part / whole : undefined, samples: Math.min(of.samples, to.samples) };
}

/** Measures, and compares with the target. Undefined when an arm that it needs did not run. */
export function evaluate(check: Check, measured: ReadonlyMap<ArmName, ArmMeasurements>): CheckResult | undefined {
  const found = measureOf(check, measured);
  if (!found) return undefined;
  const { value, samples } = found;
  const { arm, name, target, unit = '', minSamples = 1 } = check;
  const decided = value !== undefined && !Number.isNaN(value) && samples >= minSamples;
  const outcome = !decided ? 'undecided' : target.holds(value) ? 'passed' : 'failed';
  return { arm, name, target: target.words, unit, measured: value ?? null, samples, minSamples, outcome };
}

function measureOf(check: Check, measured: ReadonlyMap<ArmName, ArmMeasurements>): Measured | undefined {
  if (check.arm !== 'both') {
    const arm = measured.get(check.arm);
    return arm && check.measure(arm);
  }
  const undefended = measured.get('undefended');
  const defended = measured.get('defended');
  return undefended && defended && check.measure({ undefended, defended });
}
