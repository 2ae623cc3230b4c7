import { defaultContext } from '@quickbite/runtime/stack';
import { matching, readBank } from '@quickbite/study/interview';
import { latestAnswers, readProgress } from '@quickbite/study/progress';
import { BaseCommand } from '../../base-command.js';
import { renderQuestions } from '../../presentation/interview-tables.js';
import type { ListedQuestion } from '../../presentation/interview-tables.js';
import { questionFlags } from '../../question-flags.js';

/** Lists the questions. */
export default class Interview extends BaseCommand {
  static override summary = 'Practise for an interview: list the questions, and how you answered them.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --topic caching --level senior',
    '<%= config.bin %> <%= command.id %> drill',
  ];
  static override flags = questionFlags;

  async run(): Promise<readonly ListedQuestion[]> {
    const { flags } = await this.parse(Interview);
    const context = defaultContext();
    const [bank, progress] = await Promise.all([readBank(context), readProgress(context.home)]);
    const answers = latestAnswers(progress);
    const listed = matching(bank, flags).map(({ id, title, topic, level, kind, minutes, own }): ListedQuestion => {
      const answer = answers.get(id);
      return {
        id,
        title,
        topic,
        level,
        kind,
        minutes,
        own,
        rating: answer?.rating ?? null,
        due: answer?.card.due ?? null,
      };
    });
    if (listed.length === 0) this.log('There is no such question.');
    else this.log(renderQuestions(listed, this.theme, new Date()));
    this.log(`\nBe asked with ${this.theme.command(`${this.config.bin} interview drill`)}.`);
    return listed;
  }
}
