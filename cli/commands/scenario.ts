import { Args, Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { catalog, topics } from '@quickbite/scenarios/catalog';
import { ARMS, EVIDENCE_NOT_SAVED, exitCodeOf, latestOutcomes, runExperiment } from '@quickbite/scenarios/protocol';
import type { Experiment, RunRecord, RunResult } from '@quickbite/scenarios/protocol';
import { parseEngines } from '../assignments.js';
import { BaseCommand } from '../base-command.js';
import { abortOnBrokenOutput } from '../broken-output.js';
import { findScenario } from '../find-scenario.js';
import { stackFlag } from '../flags.js';
import { askPrediction, comparePrediction } from '../predict.js';
import { listScenarios, renderScenarioList } from '../presentation/scenario-list.js';
import type { ListedScenario } from '../presentation/scenario-list.js';
import { showScenarioProgress } from '../presentation/scenario-progress.js';
import { renderReport } from '../presentation/scenario-report.js';
import { createTheme, outputWidth } from '../presentation/theme.js';

/** The word in place of an id that asks for the list; no scenario may have it as its id. */
const LIST = 'list';

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
    predict: Flags.boolean({ summary: 'Ask for a prediction before the run.', default: false, allowNo: true }),
  };

  async run(): Promise<RunRecord | readonly ListedScenario[]> {
    const { args, flags } = await this.parse(ScenarioCommand);
    if (args.id === undefined || args.id === LIST) return this.list();
    const experiment = findScenario(args.id).withSettings(flags.set ?? []);
    const outputBroken = abortOnBrokenOutput();
    const context = defaultContext();
    const engineNames = context.catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name);
    const engines = parseEngines(flags.engine ?? [], engineNames);
    const silent = { isTTY: false, columns: 0, write: () => true };
    const progress = showScenarioProgress(
      experiment,
      createTheme('stderr'),
      this.jsonEnabled() ? silent : process.stderr,
    );
    using interruption = this.interruption(progress.end);
    const signal = AbortSignal.any([interruption.signal, outputBroken]);
    const asks = flags.predict && !this.jsonEnabled() && process.stdin.isTTY && !process.env['CI'];
    const predicted = asks ? await askPrediction(experiment, signal) : undefined;
    let result: RunResult;
    try {
      result = await runExperiment(experiment, {
        context,
        stackId: flags.stack,
        engines,
        keep: flags.keep,
        seed: flags.seed,
        arms: flags.arm ? [flags.arm] : ARMS,
        onProgress: progress.onProgress,
        signal,
      });
    } finally {
      progress.end();
    }
    this.show(experiment, result, predicted);
    const verdict = exitCodeOf(result.record.outcome, result.record.checks);
    process.exitCode = result.evidence.saved || verdict !== 0 ? verdict : EVIDENCE_NOT_SAVED;
    return result.record;
  }

  private show(experiment: Experiment, result: RunResult, predicted: number | undefined): void {
    this.log(`\n${renderReport(experiment, result, this.theme, outputWidth())}`);
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
