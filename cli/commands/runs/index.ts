import { Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { listRuns } from '@quickbite/scenarios/protocol';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../../base-command.js';
import { renderRunList } from '../../presentation/run-tables.js';

type ListedRun = Pick<RunRecord, 'runId' | 'startedAt' | 'outcome'> & { readonly scenario: string };

/** Lists the saved evidence. */
export default class Runs extends BaseCommand {
  static override summary = 'List the saved runs.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --scenario timeouts',
  ];
  static override flags = {
    scenario: Flags.string({ summary: 'Only runs of this scenario.', helpValue: '<id>' }),
    last: Flags.integer({ summary: 'Only so many, the latest.', default: 20, min: 1 }),
  };

  async run(): Promise<readonly ListedRun[]> {
    const { flags } = await this.parse(Runs);
    const all = await listRuns(runsFolder(defaultContext().home));
    const wanted = all.filter(({ scenario }) => flags.scenario === undefined || scenario.id === flags.scenario);
    const shown = wanted.slice(-flags.last);
    if (shown.length === 0) this.log(`Nothing was run yet. Begin with ${this.theme.command('quickbite scenario')}.`);
    else this.log(renderRunList(shown, this.theme));
    const more = wanted.length - shown.length;
    if (more > 0) this.log(this.theme.muted(`${String(more)} older: --last ${String(wanted.length)}`));
    return shown.map(({ runId, startedAt, outcome, scenario }) => ({
      runId,
      startedAt,
      outcome,
      scenario: scenario.id,
    }));
  }
}
