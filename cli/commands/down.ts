import { Flags } from '@oclif/core';
import type { ObservedStack } from '@quickbite/runtime/stack';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';

/** Takes stacks down. */
export default class Down extends BaseCommand {
  static override summary = 'Take the stack down and remove its data.';
  static override description =
    'Ends every process of the stack, also those that a crash left behind, and removes its folder. Evidence of runs is kept. A stack that was adopted from Compose runs on, with what was broken on purpose undone.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --stack second',
    '<%= config.bin %> <%= command.id %> --all --force',
    '<%= config.bin %> <%= command.id %> --all --images',
  ];
  static override flags = {
    stack: stackFlag,
    all: Flags.boolean({ summary: 'All stacks, and whatever is left of stacks that are gone.', exclusive: ['stack'] }),
    images: Flags.boolean({ summary: 'Also the Docker images that were built for the lab.' }),
    force: Flags.boolean({
      summary: 'Also when its state file is damaged, it is being booted, or an experiment works on it.',
    }),
  };

  async run(): Promise<{ removed: string[]; orphans: string[]; images: readonly string[] }> {
    const { flags, metadata } = await this.parse(Down);
    const { findOrphans, listStacks, removeOrphans, removeStack } = await import('@quickbite/runtime/stack');
    const { force } = flags;
    const stacks = await listStacks();
    // Nothing up and nothing named is what was wanted already; a name that does not exist is a mistake.
    const named = metadata.flags['stack']?.setFromDefault !== true;
    const ids = flags.all || (stacks.length === 0 && !named) ? stacks.map(({ id }) => id) : [flags.stack];
    for (const id of ids) {
      const started = performance.now();
      const stack = stacks.find((each) => each.id === id);
      if (stack && !force) await this.mend(stack);
      await removeStack(id, { force });
      const took = `(${((performance.now() - started) / 1000).toFixed(1)} s)`;
      const project = stack?.state?.adopted?.project;
      const what = project === undefined ? 'is down' : `is let go; "docker compose -p ${project} down" removes it`;
      this.log(`${this.theme.ok(this.theme.symbols.ok)} The stack "${id}" ${what} ${took}.`);
    }
    const orphans = flags.all ? await findOrphans() : [];
    await removeOrphans(orphans);
    if (orphans.length > 0)
      this.log(`${this.theme.ok(this.theme.symbols.ok)} Removed ${orphans.length} left of stacks that are gone.`);
    const images = flags.images ? await this.removeImages() : [];
    if (ids.length + orphans.length + images.length === 0) this.log('No stack is up.');
    return { removed: ids, orphans: orphans.map(({ name }) => name), images };
  }

  /** What is taken down need not be whole. What runs on must be. */
  private async mend({ id, state, condition }: ObservedStack): Promise<void> {
    if (!state?.adopted || condition !== 'up') return;
    const [{ defaultContext }, { undoByHand }] = await Promise.all([
      import('@quickbite/runtime/stack'),
      import('@quickbite/scenarios/by-hand'),
    ]);
    for (const what of await undoByHand(defaultContext(), id, 'all'))
      this.log(`${this.theme.ok(this.theme.symbols.ok)} undone: ${what}`);
  }

  private async removeImages(): Promise<readonly string[]> {
    const { removeImages } = await import('@quickbite/runtime/docker');
    const images = await removeImages();
    this.log(`${this.theme.ok(this.theme.symbols.ok)} Removed ${images.length} images.`);
    return images;
  }
}
