import { defaultContext } from '@quickbite/runtime/stack';
import { matching, readBank, statisticsOf } from '@quickbite/study/interview';
import type { Statistics } from '@quickbite/study/interview';
import { readProgress } from '@quickbite/study/progress';
import { BaseCommand } from '../../base-command.js';
import { renderStatistics } from '../../presentation/interview-tables.js';
import { questionFlags } from '../../question-flags.js';

/** Shows how somebody stands. */
export default class InterviewStats extends BaseCommand {
  static override summary = 'How you stand, topic by topic: answered, due, covered, and what you missed.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = questionFlags;

  async run(): Promise<Statistics> {
    const { flags } = await this.parse(InterviewStats);
    const context = defaultContext();
    const [bank, progress] = await Promise.all([readBank(context), readProgress(context.home)]);
    const statistics = statisticsOf(matching(bank, flags), progress, new Date());
    this.log(renderStatistics(statistics, this.theme));
    return statistics;
  }
}
