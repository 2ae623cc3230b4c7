import { defaultContext } from '@quickbite/runtime/stack';
import { faultsInEffect } from '@quickbite/scenarios/by-hand';
import type { FaultInEffect } from '@quickbite/scenarios/by-hand';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';
import { renderFaults } from '../presentation/fault-table.js';

/** Shows what is broken. */
export default class Faults extends BaseCommand {
  static override summary = 'Show what is broken on the stack that is up, as it is seen now.';
  static override description =
    'Looks again at every fault that was injected, and for processes and links that are broken besides: by a signal, through the API of the proxy, or by themselves.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = { stack: stackFlag };

  async run(): Promise<readonly FaultInEffect[]> {
    const { flags } = await this.parse(Faults);
    const found = await faultsInEffect(defaultContext(), flags.stack);
    this.log(found.length === 0 ? 'Nothing is broken.' : renderFaults(found, Date.now(), this.theme));
    return found;
  }
}
