import { ExpectedError } from '@quickbite/runtime/errors';
import type { EngineSource } from '@quickbite/runtime/definitions';
import { acquireStackLock, runsFolder } from '@quickbite/runtime/stack';
import type { RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import { lagDoubt } from '../load/schedule-lag.js';
import type { ArmName } from './arm.js';
import { fingerprintSchedule, recordArm } from './arm-record.js';
import { runArm } from './arm-runner.js';
import { evaluate } from './check.js';
import { changeKnobs } from './disturbances.js';
import { describeEnvironment } from './environment.js';
import type { OnProgress } from './events.js';
import { keepLogs, makeRunId, saveEvidence } from './evidence.js';
import type { SavedEvidence } from './evidence.js';
import { stackForExperiment } from './experiment-stack.js';
import { Inconclusive } from './inconclusive.js';
import { openJournal } from './journal.js';
import type { Journal } from './journal.js';
import type { ArmMeasurements } from './measurements.js';
import { preflight, steadyState } from './preflight.js';
import type { PreflightOptions } from './preflight.js';
import type { ArmRecord, RunRecord } from './run-record.js';
import type { Experiment, MeasuredArms } from './scenario.js';
import { undoEverything } from './undo-everything.js';
import { decide } from './verdict.js';

/** Options of `runExperiment`. */
export interface RunOptions {
  readonly context: RuntimeContext;
  readonly stackId: string;
  /** Overrides of where engines come from when a stack is booted, e.g. `{ redis: 'embedded' }`. */
  readonly engines?: Readonly<Record<string, EngineSource>>;
  /** Leave a stack up that was booted for this run. */
  readonly keep: boolean;
  readonly seed: number;
  /** Which arms to run, in order. */
  readonly arms: readonly ArmName[];
  readonly onProgress: OnProgress;
  /** Aborts the run: everything is undone, and the evidence says that it was interrupted. */
  readonly signal: AbortSignal;
}

/** A run that came to its end. */
export interface RunResult {
  readonly record: RunRecord;
  readonly evidence: SavedEvidence;
  readonly measured: ReadonlyMap<ArmName, ArmMeasurements>;
}

/** What a run has found out so far. */
interface Findings {
  readonly preflight: { what: string; ms: number }[];
  readonly arms: Partial<Record<ArmName, ArmRecord>>;
  readonly measured: Map<ArmName, ArmMeasurements>;
  readonly doubts: string[];
}

/**
 * Runs an experiment from preflight to evidence. Whatever happens, what it disturbed is undone, and a stack that it booted
 * is taken down.
 * @throws the abort's reason when it was interrupted, after everything is undone; an `ExpectedError` when there is no stack
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<RunResult> {
  const { context, onProgress, signal } = options;
  const startedAt = new Date();
  const { stack, booted } = await stackForExperiment({
    ...options,
    id: options.stackId,
    services: experiment.card.services,
  });
  const findings: Findings = { preflight: [], arms: {}, measured: new Map(), doubts: [] };
  const watch: OnProgress = (event) => {
    if (event.type === 'preflight-step') findings.preflight.push({ what: event.what, ms: event.ms });
    onProgress(event);
  };
  const facts = {
    runId: makeRunId(experiment.card.id, startedAt),
    startedAt,
    environment: describeEnvironment(context.root, stack),
    stack: { id: stack.id, bootedForThisRun: booted },
  };
  try {
    const lock = await acquireStackLock(stack.folder, `scenario ${experiment.card.id}`);
    try {
      await experimentOn(stack, experiment, { ...options, onProgress: watch }, findings);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (signal.aborted) {
      await saveEvidence(runsFolder(context.home), conclude(experiment, options, findings, facts, 'interrupted'));
      throw signal.reason;
    }
    throw error;
  } finally {
    if (booted && !options.keep) {
      if (findings.doubts.length > 0) await keepLogs(stack.folder, runsFolder(context.home), facts.runId);
      const since = Date.now();
      await stack.down();
      onProgress({ type: 'stack-down', ms: Date.now() - since });
    }
  }
  const record = conclude(experiment, options, findings, facts);
  return { record, evidence: await saveEvidence(runsFolder(context.home), record), measured: findings.measured };
}

async function experimentOn(
  stack: StartedStack,
  experiment: Experiment,
  options: RunOptions,
  findings: Findings,
): Promise<void> {
  const { seed, onProgress, signal } = options;
  const journal = openJournal(stack.folder);
  const look: PreflightOptions = { stack, traffic: experiment.traffic, seed, onProgress, signal };
  try {
    // With the lock held, nobody who is alive wrote these: an earlier run has crashed.
    await undoEverything(stack, journal, onProgress);
    const rehearsed = await preflight(look);
    for (const arm of options.arms) {
      const measured = await withKnobs(stack, journal, experiment, arm, onProgress, () =>
        runArm({ experiment, arm, stack, journal, data: rehearsed.data, seed, onProgress, signal }),
      );
      const { startedAt, endedAt } = measured.facts;
      const lasted = Math.round(endedAt - startedAt);
      const schedule = fingerprintSchedule(experiment.traffic, rehearsed.data, seed, lasted);
      findings.measured.set(arm, measured);
      findings.arms[arm] = recordArm(measured, experiment.arms[arm], experiment.observers, schedule);
      const late = lagDoubt(measured.facts.samples, `arm ${arm}`);
      if (late) findings.doubts.push(late);
      await steadyState(look, rehearsed, arm === options.arms.at(-1));
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Inconclusive || error instanceof ExpectedError)) throw error;
    findings.doubts.push(error.message);
  }
}

/** Sets the arm's knobs, does the work, and puts everything back whatever came of it. */
async function withKnobs<T>(
  stack: StartedStack,
  journal: Journal,
  experiment: Experiment,
  arm: ArmName,
  onProgress: OnProgress,
  work: () => Promise<T>,
): Promise<T> {
  const knobs = experiment.arms[arm];
  try {
    for (const [service, values] of Object.entries(knobs)) {
      await changeKnobs(stack, journal, `scenario ${experiment.card.id}`, service, values);
    }
    onProgress({ type: 'arm-started', arm, knobs });
    return await work();
  } finally {
    await undoEverything(stack, journal, onProgress);
  }
}

type Facts = Pick<RunRecord, 'runId' | 'environment' | 'stack'> & { readonly startedAt: Date };

function conclude(
  experiment: Experiment,
  options: RunOptions,
  findings: Findings,
  facts: Facts,
  interrupted?: 'interrupted',
): RunRecord {
  const { measured } = findings;
  const checks = experiment.checks.flatMap((check) => {
    const arm = measured.get(check.arm);
    return arm ? [evaluate(check, arm)] : [];
  });
  const both = bothArms(measured);
  const verdict = decide(checks, findings.doubts, options.arms.length > 1);
  return {
    schemaVersion: 1,
    ...facts,
    scenario: { id: experiment.card.id, title: experiment.card.title },
    startedAt: facts.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    outcome: interrupted ?? verdict.outcome,
    reasons: interrupted ? ['It was interrupted.'] : [...verdict.reasons],
    parameters: { ...experiment.parameters },
    seed: options.seed,
    traffic: experiment.traffic.summary,
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
