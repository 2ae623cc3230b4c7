import { Args } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { listRuns, pickRun } from '@quickbite/scenarios/protocol';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../../base-command.js';
import { renderRun } from '../../presentation/run-tables.js';
import { outputWidth } from '../../presentation/theme.js';

/** Shows one saved run. */
export default class RunsShow extends BaseCommand {
  static override summary = 'Show what a saved run measured.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> timeouts',
    '<%= config.bin %> <%= command.id %> 3f9a1c',
  ];
  static override args = {
    run: Args.string({
      required: true,
      description: 'Id of the run, its beginning or end, or of a scenario for its latest run.',
    }),
  };

  async run(): Promise<RunRecord> {
    const { args } = await this.parse(RunsShow);
    const record = pickRun(await listRuns(runsFolder(defaultContext().home)), args.run);
    this.log(renderRun(record, this.theme, outputWidth()));
    return record;
  }
}
