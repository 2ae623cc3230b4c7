import { ExpectedError } from '@quickbite/runtime/errors';
import type { StartedStack } from '@quickbite/runtime/stack';
import { kill } from '../faults/index.js';
import { UnexpectedAnswer } from '../load/index.js';
import { lagDoubt } from '../load/schedule-lag.js';
import { CLIENT } from './arm.js';
import type { ArmName } from './arm.js';
import { fingerprintSchedule, recordArm } from './arm-record.js';
import { runArm } from './arm-runner.js';
import type { Pace } from './arm-options.js';
import type { Findings } from './conclude.js';
import { changeKnobs, injectFault } from './disturbances.js';
import type { OnProgress } from './events.js';
import { Inconclusive } from './inconclusive.js';
import { instancesOf, surplusOf } from './instances.js';
import { openJournal } from './journal.js';
import type { Journal } from './journal.js';
import { preflight, steadyState } from './preflight.js';
import type { PreflightOptions } from './preflight.js';
import type { Experiment } from './scenario.js';
import { undoEverything } from './undo-everything.js';

/** Options of `experimentOn`. */
export interface ExperimentOptions {
  readonly seed: number;
  readonly arms: readonly ArmName[];
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly pace?: Pace;
}

/** Preflight, the arms, and the looks between them; what it finds out is added to `findings` as it goes. */
export async function experimentOn(
  stack: StartedStack,
  experiment: Experiment,
  options: ExperimentOptions,
  findings: Findings,
): Promise<void> {
  const { seed, onProgress, signal } = options;
  const { traffic, cast } = experiment;
  const journal = openJournal(stack.folder);
  const look: PreflightOptions = { stack, traffic, cast, seed, onProgress, signal };
  try {
    // With the lock held, nobody who is alive wrote these: an earlier run has crashed.
    await undoEverything(stack, journal, onProgress);
    const rehearsed = await preflight(look);
    const { stage, data } = rehearsed;
    for (const arm of options.arms) {
      const measured = await asArm(stack, journal, experiment, arm, onProgress, () =>
        runArm({
          ...{ experiment, arm, stack, journal, stage, data, seed, onProgress, signal },
          ...(options.pace ? { pace: options.pace } : {}),
        }),
      );
      const { startedAt, endedAt, samples } = measured.facts;
      const lasted = Math.round(endedAt - startedAt);
      const schedule = traffic ? fingerprintSchedule(traffic, data, seed, lasted) : null;
      findings.measured.set(arm, measured);
      findings.arms[arm] = recordArm(measured, experiment.arms[arm], experiment.observers, schedule);
      const late = lagDoubt(samples, `arm ${arm}`);
      if (late) findings.doubts.push(late);
      await steadyState(look, rehearsed, arm === options.arms.at(-1));
    }
  } catch (error) {
    const isDoubt =
      error instanceof Inconclusive || error instanceof ExpectedError || error instanceof UnexpectedAnswer;
    if (signal.aborted || !isDoubt) throw error;
    findings.doubts.push(error.message);
  }
}

/** Gives the stack the arm's defences, does the work, and puts everything back whatever came of it. */
async function asArm<T>(
  stack: StartedStack,
  journal: Journal,
  experiment: Experiment,
  arm: ArmName,
  onProgress: OnProgress,
  work: () => Promise<T>,
): Promise<T> {
  const knobs = experiment.arms[arm];
  const by = `scenario ${experiment.card.id}`;
  try {
    for (const [service, values] of Object.entries(knobs)) {
      if (service === CLIENT) continue;
      for (const name of instancesOf(stack, service)) await changeKnobs(stack, journal, by, name, values);
    }
    for (const name of surplusOf(experiment, arm)) await injectFault(stack, journal, by, kill(name));
    onProgress({ type: 'arm-started', arm, knobs });
    return await work();
  } finally {
    await undoEverything(stack, journal, onProgress);
  }
}
