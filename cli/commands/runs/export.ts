import { Args, Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { listRuns, pickRun } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../../base-command.js';
import { renderRunPage } from '../../html/run-page.js';
import { writeExport } from '../../write-export.js';

/** Writes a saved run to one file. */
export default class RunsExport extends BaseCommand {
  static override summary = 'Write a saved run to one file, to hand in or to keep.';
  static override description =
    'The HTML page has its charts in it, in light and dark, and needs no network and no script. With --json: the evidence as it is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> timeouts --html',
    '<%= config.bin %> <%= command.id %> 3f9a1c --html --out report.html',
    '<%= config.bin %> <%= command.id %> timeouts --json > timeouts.json',
  ];
  static override args = {
    run: Args.string({
      required: true,
      description: 'Id of the run, its beginning or end, or of a scenario for its latest run.',
    }),
  };
  static override flags = {
    html: Flags.boolean({ summary: 'As a page (the default).', default: true }),
    out: Flags.string({ summary: 'The file to write; by default it is named for the run.', helpValue: '<file>' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RunsExport);
    const record = pickRun(await listRuns(runsFolder(defaultContext().home)), args.run);
    if (this.jsonEnabled()) return record;
    const file = flags.out ?? `${record.runId}.html`;
    await writeExport(file, renderRunPage(record));
    this.log(`${this.theme.ok(this.theme.symbols.ok)} ${file}`);
    return { file };
  }
}
