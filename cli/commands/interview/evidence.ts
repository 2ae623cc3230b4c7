import { Args } from '@oclif/core';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { listRuns } from '@quickbite/scenarios/protocol';
import { quoteEvidence, readBank } from '@quickbite/study/interview';
import type { Evidence } from '@quickbite/study/interview';
import { latestAnswers, readProgress } from '@quickbite/study/progress';
import { BaseCommand } from '../../base-command.js';
import { findQuestion } from '../../find-question.js';
import { evidenceLines } from '../../presentation/interview-card.js';
import { outputWidth } from '../../presentation/theme.js';

/** Shows what somebody's own runs say about a question. */
export default class InterviewEvidence extends BaseCommand {
  static override summary = 'What your own runs say about a question, as sentences that you can quote.';
  static override description =
    'Each sentence names its run. Where a run contradicts what you ticked in your last answer, it says so.';
  static override examples = ['<%= config.bin %> <%= command.id %> explain-circuit-breaker'];
  static override args = { question: Args.string({ name: 'question', required: true, description: 'Which one.' }) };

  async run(): Promise<Evidence> {
    const { args } = await this.parse(InterviewEvidence);
    const context = defaultContext();
    const [bank, runs, progress] = await Promise.all([
      readBank(context),
      listRuns(runsFolder(context.home)),
      readProgress(context.home),
    ]);
    const card = findQuestion(args.question, bank);
    const evidence = quoteEvidence(card, runs, latestAnswers(progress).get(card.id));
    const lines = evidenceLines(card, evidence, this.theme, outputWidth());
    this.log(`${this.theme.heading(card.title)}\n\n${lines === '' ? 'No scenario measures it.' : lines}`);
    return evidence;
  }
}
