import { ExpectedError } from '@quickbite/runtime/errors';
import { runsFolder } from '@quickbite/runtime/stack';
import { listRuns, runExperiment } from '@quickbite/scenarios/protocol';
import type { Experiment, RunOptions, RunRecord, RunResult } from '@quickbite/scenarios/protocol';
import { showToAudience } from './presentation/presenter-screen.js';
import { createTheme } from './presentation/theme.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

/** As after Ctrl-C. */
const INTERRUPTED = 130;

/** What came of a presented run. */
export interface Presented {
  /** Undefined when it failed on stage; the error says why. */
  readonly result: RunResult | undefined;
  readonly error: unknown;
  /** A run that was recorded before, when the presenter chose to show one instead. */
  readonly recording: RunRecord | undefined;
}

/**
 * Runs an experiment at the pace of somebody who presents it: each phase waits for a key, `n` shows notes, `u` undoes
 * everything at once. If it does not end proved, `r` shows the last run that did.
 * @throws ExpectedError without a terminal; the reason of `options.signal` when it was interrupted
 */
export async function present(
  experiment: Experiment,
  options: Omit<RunOptions, 'onProgress' | 'pace'>,
): Promise<Presented> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new ExpectedError('--present needs a terminal: each phase waits for a key.', {
      next: 'Run it in a terminal, or without --present.',
      exitCode: 2,
    });
  }
  const undo = new AbortController();
  const signal = AbortSignal.any([options.signal, undo.signal]);
  using stage = openStage(process.stdin, () => undo.abort(undone()));
  const screen = showToAudience(experiment, createTheme('stdout'), process.stdout);
  const { notes } = experiment.card;
  let result: RunResult | undefined;
  let error: unknown;
  try {
    result = await runExperiment(experiment, {
      ...options,
      signal,
      onProgress: screen.onProgress,
      async pace(next) {
        const note = notes[next.phase];
        screen.announce({ ...next, hasNotes: note !== undefined });
        while ((await stage.key(['next', 'notes'], signal)) === 'notes')
          screen.notes(note ?? 'There are no notes here.');
      },
    });
  } catch (thrown) {
    options.signal.throwIfAborted();
    error = thrown;
  } finally {
    screen.end();
  }
  const recording = result?.record.outcome === 'proved' ? undefined : await chooseRecording(experiment, options, stage);
  return { result, error, recording };
}

const undone = (): ExpectedError =>
  new ExpectedError('Ended with "u"; everything is undone.', {
    next: 'Begin again with the same command.',
    exitCode: INTERRUPTED,
  });

async function chooseRecording(
  experiment: Experiment,
  { context, signal }: Pick<RunOptions, 'context' | 'signal'>,
  stage: Stage,
): Promise<RunRecord | undefined> {
  const runs = await listRuns(runsFolder(context.home));
  const last = runs.findLast(({ scenario, outcome }) => scenario.id === experiment.card.id && outcome === 'proved');
  if (!last) return undefined;
  process.stdout.write(
    `\n    It did not end proved.\n    r: show the recording of ${last.startedAt}   q: leave it\n\n`,
  );
  return (await stage.key(['replay', 'quit'], signal)) === 'replay' ? last : undefined;
}
