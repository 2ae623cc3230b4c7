import { writeFile } from 'node:fs/promises';
import { Flags } from '@oclif/core';
import { suites } from '@quickbite/benchmarks/suites';
import { defaultContext } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import type { Problem } from '@quickbite/scenarios/lint';
import { ARMS, runCatalog } from '@quickbite/scenarios/protocol';
import type { CatalogOptions, RunRecord, Scenario } from '@quickbite/scenarios/protocol';
import { fixLinks, lintLab, readStudy } from '@quickbite/study/lint';
import { parseEngines } from '../../assignments.js';
import { BaseCommand } from '../../base-command.js';
import { findScenario } from '../../find-scenario.js';
import { renderCatalogRuns } from '../../presentation/catalog-table.js';
import { paintOutcome } from '../../presentation/scenario-words.js';

/** What `lab check` found; also what `--report` writes. */
interface Report {
  readonly problems: readonly Problem[];
  readonly runs: readonly {
    readonly id: string;
    readonly outcome: RunRecord['outcome'];
    readonly reasons: readonly string[];
    readonly seconds: number;
    /** Above 1 when the runs before were inconclusive. */
    readonly attempt: number;
  }[];
}

/** Checks the lab itself. */
export default class LabCheck extends BaseCommand {
  static override summary = 'Check that scenarios, concepts, questions and claims hold together.';
  static override description =
    'Every scenario has its story and its README; every benchmark, concept, question, claim, knob, service and file that is named exists; nothing stands alone. With --run, also runs the scenarios and expects each to be proved; one that is inconclusive is run up to twice more. Exit code 1 when something is wrong.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --run',
    '<%= config.bin %> <%= command.id %> --run --only timeouts',
    '<%= config.bin %> <%= command.id %> --run --launcher docker --engine mongo=embedded',
  ];
  static override flags = {
    fix: Flags.boolean({
      summary:
        'Write into the pages of the guide which scenarios, benchmarks, questions and claims name them, then check.',
    }),
    run: Flags.boolean({ summary: 'Also run every scenario; each must be proved.' }),
    only: Flags.string({
      summary: 'Run this scenario only; may be repeated.',
      helpValue: '<id>',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['run'],
    }),
    report: Flags.string({
      summary: 'Also write what it found to this file, as JSON.',
      helpValue: '<file>',
    }),
    launcher: Flags.option({
      options: ['docker', 'process'] as const,
      summary: 'Run them in containers or as processes. Default: process.',
      dependsOn: ['run'],
    })(),
    engine: Flags.string({
      summary: 'Where an engine comes from: native or embedded.',
      helpValue: '<name=source>',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['run'],
    }),
    jobs: Flags.integer({
      summary:
        'Run so many scenarios at once, each on a stack of its own. They disturb each other where cores are few.',
      helpValue: '<n>',
      min: 1,
      max: 8,
      dependsOn: ['run'],
    }),
  };

  async run(): Promise<Report> {
    const { flags } = await this.parse(LabCheck);
    const chosen = flags.only?.map(findScenario) ?? catalog;
    const context = defaultContext();
    const { symbols, ok, bad } = this.theme;
    if (flags.fix) {
      const { study } = await readStudy(context.root, catalog, suites);
      for (const file of await fixLinks(context.root, study)) this.log(`  ${file} put right`);
    }
    const problems = await lintLab({ root: context.root, catalog, benches: suites, processes: context.catalogue });
    for (const { file, message } of problems) this.log(`${bad(symbols.bad)} ${file} ${message}`);
    if (problems.length === 0)
      this.log(
        `${ok(symbols.ok)} ${catalog.length} scenario${catalog.length === 1 ? '' : 's'}, and every page that belongs to them`,
      );
    const engineNames = context.catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name);
    const how = {
      jobs: flags.jobs ?? 1,
      engines: parseEngines(flags.engine ?? [], engineNames),
      ...(flags.launcher && { launcher: flags.launcher }),
    };
    const runs = flags.run ? await this.runAll(chosen, how) : [];
    if (problems.length > 0 || runs.some(({ outcome }) => outcome !== 'proved')) process.exitCode = 1;
    const report = { problems, runs };
    if (flags.report !== undefined) await writeFile(flags.report, `${JSON.stringify(report, null, 2)}\n`);
    return report;
  }

  private async runAll(
    scenarios: readonly Scenario[],
    how: Pick<CatalogOptions, 'jobs' | 'engines' | 'launcher'>,
  ): Promise<Report['runs']> {
    using interruption = this.interruption();
    const { signal } = interruption;
    const quiet = { onProgress: () => undefined, seed: 1, arms: ARMS, signal };
    const runs = await runCatalog(scenarios, { ...quiet, context: defaultContext(), ...how }, ({ id, result }) => {
      this.log(`${paintOutcome(result.record.outcome, this.theme)} ${id}`);
      for (const reason of result.record.reasons) this.log(`  ${reason}`);
    });
    this.log(`\n${renderCatalogRuns(runs, this.theme)}`);
    return runs.map(({ id, seconds, attempt, result: { record } }) => ({
      ...{ id, seconds, attempt },
      ...{ outcome: record.outcome, reasons: record.reasons },
    }));
  }
}
