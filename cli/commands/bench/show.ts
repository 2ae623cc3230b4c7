import { Args } from '@oclif/core';
import { listRecords, pickRecord } from '@quickbite/benchmarks/records';
import type { BenchRecord } from '@quickbite/benchmarks/records';
import { suites } from '@quickbite/benchmarks/suites';
import { defaultContext } from '@quickbite/runtime/stack';
import { BaseCommand } from '../../base-command.js';
import { renderBench } from '../../presentation/bench-report.js';
import { outputWidth } from '../../presentation/theme.js';

/** Shows one saved benchmark. */
export default class BenchShow extends BaseCommand {
  static override summary = 'Show what a saved benchmark measured.';
  static override examples = ['<%= config.bin %> <%= command.id %> cache'];
  static override args = {
    run: Args.string({
      required: true,
      description: 'Id of the run, its beginning or end, or of a benchmark for its latest run.',
    }),
  };

  async run(): Promise<BenchRecord> {
    const { args } = await this.parse(BenchShow);
    const record = pickRecord(await listRecords(defaultContext().home), args.run);
    const suite = suites.find(({ id }) => id === record.suite.id);
    this.log(renderBench(record, suite, this.theme, outputWidth()));
    return record;
  }
}
