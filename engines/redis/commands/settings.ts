import { globMatcher } from '../keyspace/glob.js';
import { CommandError, errors } from '../resp/command-error.js';
import { MapReply, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import type { ServerState } from '../state/server-state.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';

const noScript = { noScript: true };

export const settingCommands: readonly Command[] = [
  command(
    'config|get',
    -3,
    'control',
    ({ server }, [, , ...patterns]) => {
      const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
      return new MapReply(
        [...server.settings.entries(), ...fixedSettings(server)]
          .filter(([name]) => matchers.some((matches) => matches(name)))
          .flat(),
      );
    },
    noScript,
  ),
  command('config|set', -4, 'control', configSet, noScript),
  command(
    'config|resetstat',
    2,
    'control',
    ({ server }) => {
      server.statistics.reset();
      return OK;
    },
    noScript,
  ),
];

/** How this server behaves, in Redis's terms. None can be changed while it runs, and CONFIG SET says so. */
function fixedSettings(server: ServerState): [string, string][] {
  return [
    ['appendonly', 'no'],
    ['databases', '16'],
    ['dir', server.dataDir],
    ['port', String(server.port)],
    ['proto-max-bulk-len', '536870912'],
    ['save', ''],
    ['timeout', '0'],
  ];
}

/** All or nothing: everything is checked before anything is changed. */
function configSet({ server }: Call, args: readonly string[]): Reply {
  if (args.length % 2 !== 0) throw errors.arity('config|set');
  const changes = new Map<string, () => void>();
  for (let position = 2; position < args.length; position += 2) {
    const name = args[position] ?? '';
    const lower = name.toLowerCase();
    const fixed = fixedSettings(server).some(([known]) => known === lower);
    const apply = fixed ? refuse("can't set immutable config", name) : prepare(server, name, args[position + 1] ?? '');
    if (!apply) throw new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
    if (changes.has(lower)) refuse('duplicate parameter', name);
    changes.set(lower, apply);
  }
  for (const apply of changes.values()) apply();
  server.eviction.makeRoom();
  return OK;
}

function prepare(server: ServerState, name: string, text: string): (() => void) | undefined {
  try {
    return server.settings.prepare(name.toLowerCase(), text);
  } catch (error) {
    if (error instanceof CommandError) refuse(error.message, name);
    throw error;
  }
}

function refuse(reason: string, name: string): never {
  throw new CommandError(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`);
}
