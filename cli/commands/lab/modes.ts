import { Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { listRuns, verdictsByMode } from '@quickbite/scenarios/protocol';
import type { VerdictsByMode } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../../base-command.js';
import { paintOutcome } from '../../presentation/scenario-words.js';
import { renderTable } from '../../presentation/table.js';

/** Compares the launch modes. */
export default class LabModes extends BaseCommand {
  static override summary = 'Say which verdict each scenario has as processes and in containers.';
  static override description =
    'Reads the saved runs, and takes the latest of each scenario in each mode. "lab check --run --launcher docker" makes those in containers. Exit code 1 when a scenario has different verdicts.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --markdown'];
  static override flags = {
    markdown: Flags.boolean({ summary: 'As a table for a page, only what was run in both.' }),
  };

  async run(): Promise<readonly VerdictsByMode[]> {
    const { flags } = await this.parse(LabModes);
    const runs = await listRuns(runsFolder(defaultContext().home));
    const rows = verdictsByMode(
      catalog.map(({ id }) => id),
      runs,
    );
    const inBoth = rows.filter((row) => row.process !== undefined && row.docker !== undefined);
    const different = inBoth.filter((row) => row.process !== row.docker);
    if (flags.markdown) {
      this.log('| scenario | as processes | in containers |\n| --- | --- | --- |');
      for (const row of inBoth) this.log(`| ${row.id} | ${row.process ?? ''} | ${row.docker ?? ''} |`);
    } else {
      const columns = [{ title: 'scenario' }, { title: 'as processes' }, { title: 'in containers' }];
      const cell = (outcome: VerdictsByMode['docker']): string =>
        outcome === undefined ? this.theme.muted('not run') : paintOutcome(outcome, this.theme);
      const cells = rows.map((row) => [row.id, cell(row.process), cell(row.docker)]);
      this.log(renderTable(this.theme, columns, cells));
      this.log(`\n${inBoth.length} of ${rows.length} were run in both, ${different.length} with different verdicts.`);
    }
    if (different.length > 0) process.exitCode = 1;
    return rows;
  }
}
