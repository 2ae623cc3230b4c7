import { bitOperationCommands } from './bit-operations.js';
import { bitmapCommands } from './bitmaps.js';
import { blockingCommands } from './blocking.js';
import { clientCommands } from './clients.js';
import type { Command } from './command.js';
import { connectionCommands } from './connections.js';
import { counterCommands } from './counters.js';
import { expirationCommands } from './expiration.js';
import { geoCommands } from './geo.js';
import { hashCommands } from './hashes.js';
import { introspectionCommands } from './introspection.js';
import { keyCommands } from './keys.js';
import { listCommands } from './lists.js';
import { multiPopCommands } from './multi-pops.js';
import { pubSubCommands } from './pub-sub.js';
import { scanCommands } from './scan.js';
import { scriptCommands } from './scripts.js';
import { serverCommands } from './server-commands.js';
import { settingCommands } from './settings.js';
import { setCommands } from './sets.js';
import { sortCommands } from './sort.js';
import { sortedSetCombinationCommands } from './sorted-set-combinations.js';
import { sortedSetRangeCommands } from './sorted-set-ranges.js';
import { sortedSetCommands } from './sorted-sets.js';
import { stringCommands } from './strings.js';
import { transactionCommands } from './transactions.js';

/** Every command of the server, by its name in small letters; subcommands as `container|subcommand`. */
export class CommandTable {
  readonly #commands = new Map<string, Command>();
  readonly #containers = new Set<string>();

  constructor() {
    const families = [
      ...[
        stringCommands,
        counterCommands,
        bitmapCommands,
        bitOperationCommands,
        sortCommands,
        keyCommands,
        expirationCommands,
        scanCommands,
        hashCommands,
      ],
      ...[
        listCommands,
        blockingCommands,
        multiPopCommands,
        setCommands,
        sortedSetCommands,
        sortedSetRangeCommands,
        sortedSetCombinationCommands,
      ],
      ...[
        geoCommands,
        transactionCommands,
        pubSubCommands,
        scriptCommands,
        connectionCommands,
        clientCommands,
        serverCommands,
        settingCommands,
      ],
      introspectionCommands(() => this.all()),
    ];
    for (const each of families.flat()) {
      this.#commands.set(each.name, each);
      const [container, subcommand] = each.name.split('|');
      if (container !== undefined && subcommand !== undefined) this.#containers.add(container);
    }
  }

  all(): Iterable<Command> {
    return this.#commands.values();
  }

  /** The command that these words call for. */
  find(
    args: readonly string[],
  ):
    | { readonly command: Command }
    | { readonly missing: 'command' | 'subcommand' | 'arguments'; readonly name: string } {
    const name = (args[0] ?? '').toLowerCase();
    const word = args[1];
    if (word !== undefined && this.#containers.has(name)) {
      const found = this.#commands.get(`${name}|${word.toLowerCase()}`);
      return found ? { command: found } : { missing: 'subcommand', name };
    }
    const found = this.#commands.get(name);
    if (found) return { command: found };
    return { missing: this.#containers.has(name) ? 'arguments' : 'command', name };
  }
}
