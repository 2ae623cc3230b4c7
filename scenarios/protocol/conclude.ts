import type { ArmName } from './arm.js';
import { evaluate } from './check.js';
import type { MeasuredArms } from './check.js';
import type { ArmMeasurements } from './measurements.js';
import type { ArmRecord, RunRecord } from './run-record.js';
import type { Experiment } from './scenario.js';
import { decide } from './verdict.js';

/** What a run has found out so far. */
export interface Findings {
  readonly preflight: { what: string; ms: number }[];
  readonly arms: Partial<Record<ArmName, ArmRecord>>;
  readonly measured: Map<ArmName, ArmMeasurements>;
  readonly doubts: string[];
}

/** What is known of a run before anything is measured. */
export type Facts = Pick<RunRecord, 'runId' | 'repeated' | 'presented' | 'environment' | 'stack'> & {
  readonly startedAt: Date;
};

/** The evidence of a run: evaluates the checks and decides. */
export function conclude(
  experiment: Experiment,
  options: { readonly seed: number; readonly arms: readonly ArmName[] },
  findings: Findings,
  facts: Facts,
  interrupted?: 'interrupted',
): RunRecord {
  const { measured } = findings;
  const checks = experiment.checks.flatMap((check) => evaluate(check, measured) ?? []);
  const both = bothArms(measured);
  const verdict = decide(checks, findings.doubts, options.arms.length > 1);
  return {
    schemaVersion: 2,
    ...facts,
    scenario: { id: experiment.card.id, title: experiment.card.title },
    startedAt: facts.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    outcome: interrupted ?? verdict.outcome,
    reasons: interrupted ? ['It was interrupted.'] : [...verdict.reasons],
    parameters: { ...experiment.parameters },
    seed: options.seed,
    traffic: experiment.traffic?.summary ?? null,
    preflight: findings.preflight,
    arms: findings.arms,
    checks,
    why: both && !interrupted ? [...experiment.why(both)] : [],
  };
}

function bothArms(measured: ReadonlyMap<ArmName, ArmMeasurements>): MeasuredArms | undefined {
  const undefended = measured.get('undefended');
  const defended = measured.get('defended');
  return undefended && defended ? { undefended, defended } : undefined;
}
