import { Args, Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { undoByHand } from '@quickbite/scenarios/by-hand';
import { BaseCommand } from '../../base-command.js';
import { stackFlag } from '../../flags.js';

/** Undoes what is broken. */
export default class FaultUndo extends BaseCommand {
  static override summary = 'Undo one fault, or all of them.';
  static override description =
    'Returns when a probe has seen that it is undone. Without an argument it undoes the only one that there is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> restaurant-service:redis',
    '<%= config.bin %> <%= command.id %> 3f2a',
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override args = {
    which: Args.string({ name: 'which', description: 'The beginning of an id, a process, or a link as from:to.' }),
  };
  static override flags = {
    stack: stackFlag,
    all: Flags.boolean({ summary: 'Everything that the journal of the stack holds.' }),
  };

  async run(): Promise<{ undone: readonly string[] }> {
    const { args, flags } = await this.parse(FaultUndo);
    const undone = await undoByHand(defaultContext(), flags.stack, flags.all ? 'all' : args.which);
    for (const what of undone) this.log(`${this.theme.ok(this.theme.symbols.ok)} undone: ${what}`);
    if (undone.length === 0) this.log('Nothing is broken on purpose.');
    return { undone };
  }
}
