import { writeFile } from 'node:fs/promises';
import { Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { matching, readBank, toAnki, toMarkdown } from '@quickbite/study/interview';
import { BaseCommand } from '../../base-command.js';
import { questionFlags } from '../../question-flags.js';

/** Prints questions for use elsewhere. */
export default class InterviewExport extends BaseCommand {
  static override enableJsonFlag = false;
  static override summary = 'The questions as Markdown, or as a deck that Anki imports.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> > questions.md',
    '<%= config.bin %> <%= command.id %> --as anki --out quickbite.txt',
  ];
  static override flags = {
    ...questionFlags,
    as: Flags.option({
      options: ['markdown', 'anki'] as const,
      summary: 'Which form.',
      default: 'markdown' as const,
    })(),
    deck: Flags.string({ summary: 'Name of the deck in Anki.', default: 'QuickBite' }),
    out: Flags.string({ summary: 'Write to a file instead.', helpValue: '<file>' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(InterviewExport);
    const cards = matching(await readBank(defaultContext()), flags);
    const text = flags.as === 'anki' ? toAnki(cards, flags.deck) : toMarkdown(cards);
    if (flags.out === undefined) {
      process.stdout.write(text);
      return;
    }
    await writeFile(flags.out, text);
    this.log(`${String(cards.length)} questions in ${flags.out}.`);
    if (flags.as === 'anki') this.log('In Anki: File, Import. Importing it again keeps your progress there.');
  }
}
