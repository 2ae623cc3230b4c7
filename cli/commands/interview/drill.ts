import { Args, Flags } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { listRuns } from '@quickbite/scenarios/protocol';
import { judge, matching, queueOf, quoteEvidence, readBank } from '@quickbite/study/interview';
import type { Card } from '@quickbite/study/interview';
import { addAnswer, readProgress } from '@quickbite/study/progress';
import { BaseCommand } from '../../base-command.js';
import { findQuestion } from '../../find-question.js';
import { askCard } from '../../interview/ask-card.js';
import { choose } from '../../interview/prompts.js';
import { WAYS } from '../../interview/take-answer.js';
import { requireEditor } from '../../interview/require-editor.js';
import { requireTerminal } from '../../interview/terminal-only.js';
import { cardResult, inWords } from '../../presentation/interview-card.js';
import { outputWidth } from '../../presentation/theme.js';
import { questionFlags } from '../../question-flags.js';

/** Asks questions that are due, then new ones. */
export default class InterviewDrill extends BaseCommand {
  static override enableJsonFlag = false;
  static override summary = 'Be asked: what is due first, then what is new. What you miss comes back sooner.';
  static override description =
    'Each question waits for your attempt before it shows anything. Then you tick the key points that you made: a typed answer comes with a suggestion. When a question comes up again follows from what you covered (FSRS).';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --topic caching --level senior',
    '<%= config.bin %> <%= command.id %> explain-circuit-breaker --answer aloud',
  ];
  static override args = {
    question: Args.string({ name: 'question', description: 'Only this one, due or not.' }),
  };
  static override flags = {
    ...questionFlags,
    answer: Flags.option({
      options: WAYS,
      summary: 'How you answer: typed here, in your editor, or aloud with a clock.',
      default: 'typed' as const,
    })(),
    count: Flags.integer({ summary: 'At most so many questions.', default: 10, min: 1 }),
    new: Flags.integer({ summary: 'At most so many that you have never answered.', default: 5, min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InterviewDrill);
    requireTerminal(`${this.config.bin} interview drill`);
    if (flags.answer === 'editor') requireEditor(process.env);
    using interruption = this.interruption();
    const { signal } = interruption;
    const context = defaultContext();
    const [bank, runs] = await Promise.all([readBank(context), listRuns(runsFolder(context.home))]);
    const titles = new Map(bank.map(({ id, title }) => [id, title]));
    const asked = args.question === undefined ? await this.due(bank, flags) : [findQuestion(args.question, bank)];
    for (let n = 0; n < asked.length; n += 1) {
      const card = asked[n];
      if (!card) break;
      const place = `${String(n + 1)} of ${String(asked.length)}`;
      const options = { way: flags.answer, theme: this.theme, signal, place, timed: false };
      const attempt = await askCard(card, options);
      const answer = judge(card, attempt, await readProgress(context.home));
      await addAnswer(context.home, answer);
      const evidence = quoteEvidence(card, runs, answer);
      this.log(`\n${cardResult({ card, answer, evidence }, { theme: this.theme, columns: outputWidth(), titles })}\n`);
      // What went wrong is asked once more at the end, while it is fresh.
      const before = asked.slice(0, n).includes(card);
      if (answer.rating === 'again' && !before && args.question === undefined) asked.push(card);
      if (n + 1 < asked.length && !(await this.goesOn(asked.length - n - 1, signal))) return;
    }
    if (asked.length > 0) this.log('That is all.');
  }

  private async due(
    bank: readonly Card[],
    flags: { readonly count: number; readonly new: number } & Parameters<typeof matching>[1],
  ): Promise<Card[]> {
    const now = new Date();
    const { due, fresh, nextDue } = queueOf(matching(bank, flags), await readProgress(defaultContext().home), now);
    const queue = [...due, ...fresh.slice(0, flags.new)].slice(0, flags.count);
    if (queue.length === 0) {
      const when = nextDue === null ? '' : ` The next is due ${inWords(new Date(nextDue).getTime() - now.getTime())}.`;
      this.log(`Nothing is due.${when}`);
    }
    return queue;
  }

  private async goesOn(left: number, signal: AbortSignal): Promise<boolean> {
    const choices = [
      { name: `Next question (${String(left)} left)`, value: 'next' },
      { name: 'Stop here', value: 'stop' },
    ];
    return (await choose('Go on?', choices, signal)) === 'next';
  }
}
