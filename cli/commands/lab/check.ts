import { Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { lintLab } from '@quickbite/scenarios/lint';
import { ARMS, runExperiment } from '@quickbite/scenarios/protocol';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import type { Problem } from '@quickbite/scenarios/lint';
import { BaseCommand } from '../../base-command.js';
import { paintOutcome } from '../../presentation/scenario-words.js';

/** What `lab check` found. */
interface Report {
  readonly problems: readonly Problem[];
  readonly runs: readonly {
    readonly id: string;
    readonly outcome: RunRecord['outcome'];
    readonly reasons: readonly string[];
  }[];
}

/** Checks the lab itself. */
export default class LabCheck extends BaseCommand {
  static override summary = 'Check that scenarios, concepts, questions and claims hold together.';
  static override description =
    'Every scenario has its story and its README; every concept, question, claim, knob, service and file that is named exists; nothing stands alone. With --run, also runs each scenario and expects it to be proved. Exit code 1 when something is wrong.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --run'];
  static override flags = { run: Flags.boolean({ summary: 'Also run every scenario; each must be proved.' }) };

  async run(): Promise<Report> {
    const { flags } = await this.parse(LabCheck);
    const context = defaultContext();
    const { symbols, ok, bad } = this.theme;
    const problems = await lintLab({ root: context.root, catalog, processes: context.catalogue });
    for (const { file, message } of problems) this.log(`${bad(symbols.bad)} ${file} ${message}`);
    if (problems.length === 0)
      this.log(
        `${ok(symbols.ok)} ${catalog.length} scenario${catalog.length === 1 ? '' : 's'}, and every page that belongs to them`,
      );
    const runs = flags.run ? await this.runAll() : [];
    if (problems.length > 0 || runs.some(({ outcome }) => outcome !== 'proved')) process.exitCode = 1;
    return { problems, runs };
  }

  private async runAll(): Promise<Report['runs']> {
    using interruption = this.interruption();
    const { signal } = interruption;
    const runs: Report['runs'][number][] = [];
    for (const scenario of catalog) {
      const options = { context: defaultContext(), stackId: 'lab-check', keep: false, seed: 1, arms: ARMS, signal };
      const { record } = await runExperiment(scenario.withSettings([]), { ...options, onProgress: () => undefined });
      this.log(`${paintOutcome(record.outcome, this.theme)} ${scenario.id}`);
      for (const reason of record.reasons) this.log(`  ${reason}`);
      runs.push({ id: scenario.id, outcome: record.outcome, reasons: record.reasons });
    }
    return runs;
  }
}
