import { Args, Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterwards, mapOf, pathOf } from '@quickbite/study/learn';
import { BaseCommand } from '../../base-command.js';
import { findConcept } from '../../find-concept.js';
import { readLearning } from '../../learning.js';
import { renderMap } from '../../presentation/learn-map.js';
import { asListed } from '../../presentation/listed-concept.js';
import type { ListedConcept } from '../../presentation/listed-concept.js';
import { showConcept, showPaged } from '../../show-page.js';

/** Shows the map of the guide, or a page of it. */
export default class Learn extends BaseCommand {
  static override summary = 'Read the guide: the map of its topics, or the page of a concept.';
  static override description =
    'The map says what you have read, run and answered. A page that is longer than the terminal opens in your pager (PAGER, or less); on a terminal it counts as read.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> circuit-breaker',
    '<%= config.bin %> <%= command.id %> circuit-breaker --no-pager',
  ];
  static override args = {
    concept: Args.string({ name: 'concept', description: 'Which one. Without it: the map.' }),
  };
  static override flags = {
    pager: Flags.boolean({ summary: 'Open long pages in a pager.', default: true, allowNo: true }),
  };

  async run(): Promise<ListedConcept | readonly ListedConcept[]> {
    const { args, flags } = await this.parse(Learn);
    const context = defaultContext();
    const statuses = await readLearning(context);
    const path = pathOf(statuses);
    if (args.concept === undefined) {
      const groups = mapOf(statuses);
      if (!this.jsonEnabled()) await showPaged(renderMap(groups, path, this.theme), flags.pager);
      return groups.flatMap(({ concepts }) => concepts.map(asListed));
    }
    const status = findConcept(args.concept, statuses);
    const next = afterwards(path, status.concept.id);
    if (!this.jsonEnabled()) await showConcept(status, { home: context.home, theme: this.theme, next, ...flags });
    return asListed(status);
  }
}
