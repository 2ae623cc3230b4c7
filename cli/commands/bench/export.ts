import { Args, Flags } from '@oclif/core';
import { listRecords, pickRecord } from '@quickbite/benchmarks/records';
import { suites } from '@quickbite/benchmarks/suites';
import { defaultContext } from '@quickbite/runtime/stack';
import { BaseCommand } from '../../base-command.js';
import { renderBenchPage } from '../../html/bench-page.js';
import { writeExport } from '../../write-export.js';

/** Writes a saved benchmark to one file. */
export default class BenchExport extends BaseCommand {
  static override summary = 'Write a saved benchmark to one file, to hand in or to keep.';
  static override description =
    'The HTML page has its charts in it, in light and dark, and needs no network and no script. With --json: the figures as they are.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> cache --html',
    '<%= config.bin %> <%= command.id %> cache --json > cache.json',
  ];
  static override args = {
    run: Args.string({
      required: true,
      description: 'Id of the run, its beginning or end, or of a benchmark for its latest run.',
    }),
  };
  static override flags = {
    html: Flags.boolean({ summary: 'As a page (the default).', default: true }),
    out: Flags.string({ summary: 'The file to write; by default it is named for the run.', helpValue: '<file>' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(BenchExport);
    const record = pickRecord(await listRecords(defaultContext().home), args.run);
    if (this.jsonEnabled()) return record;
    const file = flags.out ?? `${record.runId}.html`;
    await writeExport(
      file,
      renderBenchPage(
        record,
        suites.find(({ id }) => id === record.suite.id),
      ),
    );
    this.log(`${this.theme.ok(this.theme.symbols.ok)} ${file}`);
    return { file };
  }
}
