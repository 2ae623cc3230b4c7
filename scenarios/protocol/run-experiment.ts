import type { EngineSource } from '@quickbite/runtime/definitions';
import { acquireStackLock, runsFolder } from '@quickbite/runtime/stack';
import type { AskedLauncher, RuntimeContext } from '@quickbite/runtime/stack';
import type { ArmName } from './arm.js';
import type { Pace } from './arm-options.js';
import { conclude } from './conclude.js';
import type { Findings } from './conclude.js';
import { describeEnvironment } from './environment.js';
import type { OnProgress } from './events.js';
import { keepLogs, makeRunId, saveEvidence } from './evidence.js';
import type { SavedEvidence } from './evidence.js';
import { experimentOn } from './experiment-on.js';
import { stackForExperiment } from './experiment-stack.js';
import type { ExperimentStack } from './experiment-stack.js';
import type { ArmMeasurements } from './measurements.js';
import type { RunRecord } from './run-record.js';
import type { Experiment, StackNeeds } from './scenario.js';

/** Options of `runExperiment`. */
export interface RunOptions {
  readonly context: RuntimeContext;
  readonly stackId: string;
  /** Overrides of where engines come from when a stack is booted, e.g. `{ redis: 'embedded' }`. */
  readonly engines?: Readonly<Record<string, EngineSource>>;
  /** How to run a stack that is booted. Default `process`. */
  readonly launcher?: AskedLauncher;
  /** Leave a stack up that was booted for this run. */
  readonly keep: boolean;
  readonly seed: number;
  /** Which arms to run, in order. */
  readonly arms: readonly ArmName[];
  readonly onProgress: OnProgress;
  /** Aborts the run: everything is undone, and the evidence says that it was interrupted. */
  readonly signal: AbortSignal;
  /** Asked before each phase; the story goes on when it resolves. The load goes on meanwhile: the arms differ in length then. */
  readonly pace?: Pace;
  /** Which of several repetitions this is. */
  readonly repeated?: RunRecord['repeated'];
}

/** A run that came to its end. */
export interface RunResult {
  readonly record: RunRecord;
  readonly evidence: SavedEvidence;
  readonly measured: ReadonlyMap<ArmName, ArmMeasurements>;
}

/**
 * Runs an experiment from preflight to evidence. Whatever happens, what it disturbed is undone, and a stack that it booted
 * is taken down.
 * @throws the abort's reason when it was interrupted, after everything is undone; an `ExpectedError` when there is no stack
 */
export function runExperiment(experiment: Experiment, options: RunOptions): Promise<RunResult> {
  return withStack(experiment.card.needs, options, (held) => runOnStack(experiment, held, options));
}

/** Does the work on a stack that has what is needed; one that was booted for it is taken down afterwards, whatever happens. */
export async function withStack<T>(
  needs: StackNeeds,
  options: Omit<RunOptions, 'seed' | 'arms'>,
  work: (held: ExperimentStack) => Promise<T>,
): Promise<T> {
  const { keep, onProgress } = options;
  const held = await stackForExperiment({ ...options, id: options.stackId, needs });
  try {
    return await work(held);
  } finally {
    if (held.booted && !keep) {
      const since = Date.now();
      await held.stack.down();
      onProgress({ type: 'stack-down', ms: Date.now() - since });
    }
  }
}

/** The same as `runExperiment`, on a stack that the caller holds. */
export async function runOnStack(
  experiment: Experiment,
  { stack, booted }: ExperimentStack,
  options: RunOptions,
): Promise<RunResult> {
  const { context, onProgress, signal, repeated } = options;
  const startedAt = new Date();
  const findings: Findings = { preflight: [], arms: {}, measured: new Map(), doubts: [] };
  const watch: OnProgress = (event) => {
    if (event.type === 'preflight-step') findings.preflight.push({ what: event.what, ms: event.ms });
    onProgress(event);
  };
  const facts = {
    runId: makeRunId(experiment.card.id, startedAt),
    ...(repeated ? { repeated } : {}),
    presented: options.pace !== undefined,
    startedAt,
    environment: describeEnvironment(context.root, stack),
    stack: { id: stack.id, bootedForThisRun: booted },
  };
  const runs = runsFolder(context.home);
  try {
    const lock = await acquireStackLock(stack.folder, `scenario ${experiment.card.id}`);
    try {
      await experimentOn(stack, experiment, { ...options, onProgress: watch }, findings);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    await saveEvidence(runs, conclude(experiment, options, findings, facts, 'interrupted'));
    throw signal.reason;
  }
  // They go with the stack, and a doubt is looked into there.
  if (booted && findings.doubts.length > 0)
    await keepLogs(
      stack.processes.map(({ log }) => log),
      runs,
      facts.runId,
    );
  const record = conclude(experiment, options, findings, facts);
  return { record, evidence: await saveEvidence(runs, record), measured: findings.measured };
}
