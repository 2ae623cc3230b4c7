import { Args, Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { catalog, topics } from '@quickbite/scenarios/catalog';
import {
  ARMS,
  EVIDENCE_NOT_SAVED,
  exitCodeOf,
  latestOutcomes,
  repeatExperiment,
  runExperiment,
} from '@quickbite/scenarios/protocol';
import type { Band, Experiment, RepeatedRuns, RunOptions, RunRecord, RunResult } from '@quickbite/scenarios/protocol';
import { parseEngines } from '../assignments.js';
import { BaseCommand } from '../base-command.js';
import { abortOnBrokenOutput } from '../broken-output.js';
import { findScenario } from '../find-scenario.js';
import { launcherFlag, stackFlag } from '../flags.js';
import { present } from '../present.js';
import { askPrediction, comparePrediction } from '../predict.js';
import { renderBands, renderRun } from '../presentation/run-tables.js';
import { listScenarios, renderScenarioList } from '../presentation/scenario-list.js';
import type { ListedScenario } from '../presentation/scenario-list.js';
import { showScenarioProgress } from '../presentation/scenario-progress.js';
import { renderReport } from '../presentation/scenario-report.js';
import { paintOutcome } from '../presentation/scenario-words.js';
import { createTheme, outputWidth } from '../presentation/theme.js';

/** The word in place of an id that asks for the list; no scenario may have it as its id. */
const LIST = 'list';

const SILENT = { isTTY: false, columns: 0, write: (): boolean => true };

/** What `--json` answers for several runs. */
interface Repeated {
  readonly outcome: RunRecord['outcome'];
  readonly bands: readonly Band[];
  readonly runs: readonly RunRecord[];
}

/** Runs an experiment, or lists them. */
export default class ScenarioCommand extends BaseCommand {
  static override summary = 'Run an experiment, or list them all.';
  static override description = [
    'Boots a stack unless one is up, drives real orders through it, then runs the same load twice: with the defence off, and with it on. Every fault is proved by a probe and undone afterwards, also after Ctrl-C.',
    'Exit code: 0 proved, 1 refuted, 2 inconclusive, 3 when the evidence could not be saved, 130 interrupted.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> list',
    '<%= config.bin %> <%= command.id %> circuit-breaker',
    '<%= config.bin %> <%= command.id %> circuit-breaker --set fault=kill --set rate=20',
    '<%= config.bin %> <%= command.id %> circuit-breaker --arm defended --keep',
    '<%= config.bin %> <%= command.id %> timeouts --repeat 5',
    '<%= config.bin %> <%= command.id %> circuit-breaker --json > result.json',
  ];
  static override args = {
    id: Args.string({ name: 'id', description: 'Which one. Without it, or with "list": the list.' }),
  };
  static override flags = {
    stack: stackFlag,
    keep: Flags.boolean({ summary: 'Leave the stack up that was booted for this run.' }),
    set: Flags.string({
      summary: 'Set a parameter; may be repeated.',
      helpValue: '<key=value>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    launcher: launcherFlag,
    engine: Flags.string({
      summary: 'Where an engine comes from when the stack is booted: native or embedded.',
      helpValue: '<name=source>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    seed: Flags.integer({ summary: 'Seed of the load: the same seed offers the same requests.', default: 1, min: 0 }),
    arm: Flags.option({
      options: ['undefended', 'defended'] as const,
      summary: 'Only this arm: measured, but no verdict.',
    })(),
    repeat: Flags.integer({
      summary: 'Run it so many times on one stack: the range of each check is its noise, the worst verdict counts.',
      helpValue: '<times>',
      default: 1,
      min: 1,
      max: 100,
    }),
    'stream-json': Flags.boolean({
      summary: 'Write each event as one line of JSON to stdout as it happens, the result last.',
      exclusive: ['json'],
    }),
    present: Flags.boolean({
      summary:
        'For a class: each phase waits for a key (space), n shows notes, u undoes everything, r shows a recording.',
      exclusive: ['json', 'stream-json', 'repeat'],
    }),
    predict: Flags.boolean({ summary: 'Ask for a prediction before the run.', default: false, allowNo: true }),
  };

  async run(): Promise<RunRecord | Repeated | readonly ListedScenario[] | undefined> {
    const { args, flags } = await this.parse(ScenarioCommand);
    if (args.id === undefined || args.id === LIST) return this.list();
    const experiment = findScenario(args.id).withSettings(flags.set ?? []);
    const outputBroken = abortOnBrokenOutput();
    const context = defaultContext();
    const engineNames = context.catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name);
    const engines = parseEngines(flags.engine ?? [], engineNames);
    const streams = flags['stream-json'];
    const quiet = streams || this.jsonEnabled();
    const progress = showScenarioProgress(experiment, createTheme('stderr'), quiet ? SILENT : process.stderr);
    using interruption = this.interruption(progress.end);
    const signal = AbortSignal.any([interruption.signal, outputBroken]);
    const asks = flags.predict && !quiet && process.stdin.isTTY && !process.env['CI'];
    if (flags.predict && !asks)
      process.stderr.write('No prediction is asked for: that takes a terminal, and neither --json nor CI.\n');
    const predicted = asks ? await askPrediction(experiment, signal) : undefined;
    const options: RunOptions = {
      context,
      stackId: flags.stack,
      engines,
      launcher: flags.launcher,
      keep: flags.keep,
      seed: flags.seed,
      arms: flags.arm ? [flags.arm] : ARMS,
      onProgress: streams ? streamLine : progress.onProgress,
      signal,
    };
    if (flags.present) return await this.present(experiment, options);
    const results: RunResult[] = [];
    const onRun = (result: RunResult, n: number): void => {
      progress.end();
      results.push(result);
      if (streams) streamLine({ type: 'result', record: result.record });
      else if (n < flags.repeat)
        this.log(`\n${paintOutcome(result.record.outcome, this.theme)}  run ${n} of ${flags.repeat}`);
    };
    let repeated: RepeatedRuns | undefined;
    try {
      if (flags.repeat > 1) repeated = await repeatExperiment(experiment, options, flags.repeat, onRun);
      else onRun(await runExperiment(experiment, options), 1);
    } finally {
      progress.end();
    }
    const last = results.at(-1);
    if (!last) return undefined;
    if (!streams) this.show(experiment, last, predicted, repeated);
    process.exitCode = exitCodeFor(results, repeated);
    if (repeated)
      return { outcome: repeated.outcome, bands: repeated.bands, runs: results.map(({ record }) => record) };
    return streams ? undefined : last.record;
  }

  private async present(experiment: Experiment, options: RunOptions): Promise<RunRecord | undefined> {
    const { result, error, recording } = await present(experiment, options);
    if (recording) {
      this.log(this.theme.warn(`RECORDING of ${recording.startedAt}, not of now\n`));
      this.log(renderRun(recording, this.theme, outputWidth()));
    } else if (result) {
      this.show(experiment, result, undefined, undefined);
    }
    if (!result) throw error;
    process.exitCode = exitCodeFor([result], undefined);
    return result.record;
  }

  private show(
    experiment: Experiment,
    result: RunResult,
    predicted: number | undefined,
    repeated: RepeatedRuns | undefined,
  ): void {
    this.log(`\n${renderReport(experiment, result, this.theme, outputWidth())}`);
    if (repeated) {
      const all = `${paintOutcome(repeated.outcome, this.theme)}  ${String(repeated.results.length)} runs`;
      this.log(`\n${all}, the worst of which counts\n\n${renderBands(repeated.bands, this.theme)}`);
    }
    const compared = predicted === undefined ? undefined : comparePrediction(experiment, result, predicted);
    if (compared) this.log(`\n${compared}`);
    // With --json nothing of the report is shown, but a failure to save must be.
    if (this.jsonEnabled() && !result.evidence.saved) process.stderr.write(`${result.evidence.reason}\n`);
  }

  private async list(): Promise<readonly ListedScenario[]> {
    const outcomes = await latestOutcomes(runsFolder(defaultContext().home));
    const listed = listScenarios(topics, outcomes);
    this.log(renderScenarioList(listed, this.theme));
    this.log(`\nRun one with ${this.theme.command(`${this.config.bin} scenario ${catalog[0]?.id ?? '<id>'}`)}.`);
    return listed;
  }
}

const streamLine = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** That of the verdict; when it is proved and evidence is missing, that. */
function exitCodeFor(results: readonly RunResult[], repeated: RepeatedRuns | undefined): number {
  const outcome = repeated?.outcome ?? results.at(-1)?.record.outcome ?? 'inconclusive';
  const code = exitCodeOf(
    outcome,
    results.flatMap(({ record }) => record.checks),
  );
  return code !== 0 || results.every(({ evidence }) => evidence.saved) ? code : EVIDENCE_NOT_SAVED;
}
