import { Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { matching, readBank } from '@quickbite/study/interview';
import { BaseCommand } from '../../base-command.js';
import { findQuestion } from '../../find-question.js';
import { rehearse } from '../../interview/rehearse.js';
import { WAYS } from '../../interview/take-answer.js';
import { requireEditor } from '../../interview/require-editor.js';
import { requireTerminal } from '../../interview/terminal-only.js';
import { questionFlags } from '../../question-flags.js';

/** A timed session with a written report. */
export default class InterviewMock extends BaseCommand {
  static override enableJsonFlag = false;
  static override summary = 'A mock interview: timed, with follow-ups on what you missed, and a written report.';
  static override description = [
    'system-design: one question in four parts, requirements 5, high level 10, deep dive 20, trade-offs 10 minutes.',
    'mixed: several questions of different topics and kinds, each with the minutes that it has.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --round system-design --answer aloud',
    '<%= config.bin %> <%= command.id %> --level senior --count 4',
  ];
  static override flags = {
    ...questionFlags,
    round: Flags.option({
      options: ['mixed', 'system-design'] as const,
      summary: 'Which round.',
      default: 'mixed' as const,
    })(),
    question: Flags.string({ summary: 'The question of a system-design round.', helpValue: '<id>' }),
    answer: Flags.option({
      options: WAYS,
      summary: 'How you answer: typed here, in your editor, or aloud with a clock.',
      default: 'typed' as const,
    })(),
    count: Flags.integer({
      summary: 'Questions of a mixed round, follow-ups not counted.',
      default: 5,
      min: 1,
      max: 20,
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(InterviewMock);
    requireTerminal(`${this.config.bin} interview mock`);
    if (flags.answer === 'editor') requireEditor(process.env);
    using interruption = this.interruption();
    const context = defaultContext();
    const bank = await readBank(context);
    const wanted = flags.question === undefined ? matching(bank, flags) : [findQuestion(flags.question, bank)];
    const { round, answer: way, count } = flags;
    await rehearse({ context, bank, wanted, round, way, count }, { theme: this.theme, signal: interruption.signal });
  }
}
