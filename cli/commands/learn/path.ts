import { Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterwards, pathOf } from '@quickbite/study/learn';
import { BaseCommand } from '../../base-command.js';
import { readLearning } from '../../learning.js';
import { renderPath } from '../../presentation/learn-map.js';
import { asListed } from '../../presentation/listed-concept.js';
import type { ListedConcept } from '../../presentation/listed-concept.js';
import { showConcept, showPaged } from '../../show-page.js';

/** What `--json` answers. */
interface ListedPath {
  readonly parts: readonly { readonly title: string; readonly concepts: readonly ListedConcept[] }[];
  /** Id of the first concept that was not read. */
  readonly next: string | null;
}

/** Shows the course, and goes on with it. */
export default class LearnPath extends BaseCommand {
  static override summary =
    'The guide as a course: day 1 to day 6, then scaling. With --next, read on where you stopped.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --next'];
  static override flags = {
    next: Flags.boolean({ summary: 'Open the first page that you have not read.' }),
    pager: Flags.boolean({ summary: 'Open long pages in a pager.', default: true, allowNo: true }),
  };

  async run(): Promise<ListedPath> {
    const { flags } = await this.parse(LearnPath);
    const context = defaultContext();
    const path = pathOf(await readLearning(context));
    const { next } = path;
    if (!this.jsonEnabled()) {
      if (flags.next && next) {
        const options = { home: context.home, theme: this.theme, next: afterwards(path, next.concept.id) };
        await showConcept(next, { ...options, pager: flags.pager });
      } else await showPaged(renderPath(path, this.theme), flags.pager);
    }
    const parts = path.parts.map(({ title, concepts }) => ({ title, concepts: concepts.map(asListed) }));
    return { parts, next: next?.concept.id ?? null };
  }
}
