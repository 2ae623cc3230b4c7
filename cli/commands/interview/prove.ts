import { Args } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { ExpectedError } from '@quickbite/runtime/errors';
import { catalog } from '@quickbite/scenarios/catalog';
import { readBank, scenariosBehind } from '@quickbite/study/interview';
import { BaseCommand } from '../../base-command.js';
import { findQuestion } from '../../find-question.js';

/** Runs the scenario behind a question. */
export default class InterviewProve extends BaseCommand {
  static override enableJsonFlag = false;
  static override summary = 'Run the scenario behind a question, to have numbers of your own.';
  static override description = 'What follows the question is passed on to "quickbite scenario".';
  static override usage = '<%= command.id %> QUESTION [FLAGS OF "quickbite scenario"]';
  static override examples = [
    '<%= config.bin %> <%= command.id %> explain-circuit-breaker',
    '<%= config.bin %> <%= command.id %> explain-circuit-breaker --set fault=kill',
  ];
  static override args = { question: Args.string({ name: 'question', required: true, description: 'Which one.' }) };

  async run(): Promise<void> {
    // The options are those of "quickbite scenario", which knows them and refuses the others.
    const [question, ...options] = this.argv;
    const { args } = await this.parse(InterviewProve, question === undefined ? [] : [question]);
    const card = findQuestion(args.question, await readBank(defaultContext()));
    const [scenario, ...others] = scenariosBehind(card, catalog);
    if (scenario === undefined) {
      throw new ExpectedError(`No scenario is behind "${card.id}".`, {
        next: `Read "quickbite learn ${card.concepts[0] ?? ''}": it says why.`,
        exitCode: 2,
      });
    }
    this.log(`${this.theme.muted(`$ ${this.config.bin} scenario ${scenario}`)}\n`);
    await this.config.runCommand('scenario', [scenario, ...options]);
    // Nothing was measured, or not well enough to be quoted.
    if (process.exitCode === 2) return;
    if (others.length > 0)
      this.log(`\nMore of it: ${others.map((id) => `${this.config.bin} scenario ${id}`).join(', ')}`);
    this.log(`\nQuote it: ${this.theme.command(`${this.config.bin} interview evidence ${card.id}`)}`);
  }
}
