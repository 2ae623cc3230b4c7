import { listRecords } from '@quickbite/benchmarks/records';
import { defaultContext } from '@quickbite/runtime/stack';
import { BaseCommand } from '../../base-command.js';
import { renderTable } from '../../presentation/table.js';

interface ListedBench {
  readonly runId: string;
  readonly suite: string;
  readonly startedAt: string;
  readonly figures: number;
}

/** Lists what was measured. */
export default class BenchRuns extends BaseCommand {
  static override summary = 'List the saved benchmarks.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly ListedBench[]> {
    await this.parse(BenchRuns);
    const records = await listRecords(defaultContext().home);
    const listed = records.map(({ runId, suite, startedAt, figures }) => ({
      runId,
      suite: suite.id,
      startedAt,
      figures: Object.keys(figures).length,
    }));
    if (listed.length === 0)
      this.log(`Nothing was measured yet. Begin with ${this.theme.command('quickbite bench coordinated-omission')}.`);
    else
      this.log(
        renderTable(
          this.theme,
          [{ title: 'benchmark' }, { title: 'figures', align: 'right' }, { title: 'run' }],
          listed.map(({ suite, figures, runId }) => [suite, String(figures), runId]),
        ),
      );
    return listed;
  }
}
