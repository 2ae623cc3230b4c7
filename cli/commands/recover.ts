import { defaultContext } from '@quickbite/runtime/stack';
import { recover } from '@quickbite/scenarios/protocol';
import type { RecoveredStack } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../base-command.js';

/** Cleans up after a crash. */
export default class Recover extends BaseCommand {
  static override summary = 'Undo what a crashed run left broken.';
  static override description =
    'Reads the undo journal of every stack: resumes what is paused, starts what was killed, resets knobs. Takes down stacks that were booted for a run that is gone, and leaves those up that "up" booted. Doing it twice does nothing more.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<readonly RecoveredStack[]> {
    await this.parse(Recover);
    const recovered = await recover(defaultContext());
    const { symbols, ok, bad } = this.theme;
    for (const { id, did, problems } of recovered) {
      for (const what of did) this.log(`${ok(symbols.ok)} ${id}: ${what}`);
      for (const problem of problems) this.log(`${bad(symbols.bad)} ${id}: ${problem}`);
    }
    if (recovered.every(({ did, problems }) => did.length + problems.length === 0)) this.log('Nothing to recover.');
    if (recovered.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
    return recovered;
  }
}
