import type { CheckResult } from './check.js';

/**
 * How a run ended. The three verdicts, and two ends without one: `measured` when only one arm was asked for, and
 * `interrupted`.
 */
export type Outcome = 'proved' | 'refuted' | 'inconclusive' | 'measured' | 'interrupted';

/** An outcome and why it is that one. */
export interface Verdict {
  readonly outcome: Exclude<Outcome, 'interrupted'>;
  /** One sentence each. Empty when proved. */
  readonly reasons: readonly string[];
}

/**
 * Decides. What makes the measurement doubtful comes first: a doubtful failure refutes nothing. Then a failed check, which
 * has its samples: no other check can make it good. Only then one that could not be decided.
 * @param doubts why the measurement cannot be trusted: a fault that was not proved, a steady state that did not return
 * @param bothArms false when only one arm was asked for, which proves nothing
 */
export function decide(checks: readonly CheckResult[], doubts: readonly string[], bothArms: boolean): Verdict {
  if (doubts.length > 0) return { outcome: 'inconclusive', reasons: doubts };
  if (checks.length === 0) return { outcome: 'inconclusive', reasons: ['There was nothing to check.'] };
  const failed = checks.filter((check) => check.outcome === 'failed');
  const undecided = checks.filter((check) => check.outcome === 'undecided');
  const reasons = [...failed.map(explainFailed), ...undecided.map(explainUndecided)];
  if (failed.length > 0) return { outcome: bothArms ? 'refuted' : 'measured', reasons };
  if (undecided.length > 0) return { outcome: 'inconclusive', reasons };
  return { outcome: bothArms ? 'proved' : 'measured', reasons };
}

/** Exit code of the process: 0 proved, 1 refuted, 2 inconclusive; one arm alone counts by its checks. */
export function exitCodeOf(outcome: Outcome, checks: readonly CheckResult[]): number {
  switch (outcome) {
    case 'proved':
      return 0;
    case 'refuted':
      return 1;
    case 'inconclusive':
      return 2;
    case 'measured':
      return checks.every((check) => check.outcome === 'passed') ? 0 : 1;
    case 'interrupted':
      return 130;
  }
}

function explainUndecided(check: CheckResult): string {
  const seen = check.measured === null ? 'nothing could be measured' : `${String(check.samples)} samples`;
  return `"${check.name}" (${check.arm}) is undecided: ${seen}, at least ${String(check.minSamples)} are needed.`;
}

function explainFailed(check: CheckResult): string {
  const unit = check.unit === '' ? '' : ` ${check.unit}`;
  const measured =
    typeof check.measured === 'number' ? `${formatMeasured(check.measured)}${unit}` : formatMeasured(check.measured);
  return `"${check.name}" (${check.arm}) was to be ${check.target}${unit}, and was ${measured}.`;
}

/** A number as people read it: three significant digits under ten, whole above. */
export function formatMeasured(value: number | string | null): string {
  if (value === null) return 'not measured';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 10 ? String(Number(value.toPrecision(2))) : value.toFixed(Math.abs(value) < 100 ? 1 : 0);
}
