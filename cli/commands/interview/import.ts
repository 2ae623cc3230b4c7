import { Args, Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { importQuestions } from '@quickbite/study/interview';
import type { Imported } from '@quickbite/study/interview';
import { BaseCommand } from '../../base-command.js';

/** Takes a team's own questions. */
export default class InterviewImport extends BaseCommand {
  static override summary = "Add your team's own questions: .md pages with the front matter of docs/interview.";
  static override description = 'All of a folder, or none when one of them is wrong. They are asked like ours.';
  static override examples = ['<%= config.bin %> <%= command.id %> ./our-questions'];
  static override args = {
    from: Args.string({ name: 'from', required: true, description: 'A folder of pages, or one page.' }),
  };
  static override flags = {
    replace: Flags.boolean({ summary: 'Take the new one where a question was imported before.' }),
  };

  async run(): Promise<Imported> {
    const { args, flags } = await this.parse(InterviewImport);
    const { root, home } = defaultContext();
    const imported = await importQuestions(args.from, { root, home, replace: flags.replace });
    const { added, replaced } = imported;
    this.log(
      `${String(added.length)} added, ${String(replaced.length)} replaced: ${[...added, ...replaced].join(', ')}.`,
    );
    return imported;
  }
}
