import { CommandError } from '../resp/command-error.js';
import { MapReply, Status } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Command } from './command.js';

/** COMMAND and its subcommands describe a table of commands, themselves included. */
export function introspectionCommands(table: () => Iterable<Command>): readonly Command[] {
  const top = () => [...table()].filter(({ name }) => !name.includes('|'));
  const find = (name: string) => top().find((each) => each.name === name.toLowerCase());
  return [
    command('command', 1, 'control', () => top().map(describe)),
    command('command|count', 2, 'control', () => top().length),
    command('command|list', 2, 'control', () => top().map(({ name }) => name)),
    command('command|info', -2, 'control', (_, [, , ...names]) => {
      if (names.length === 0) return top().map(describe);
      return names.map((name) => {
        const found = find(name);
        return found ? describe(found) : null;
      });
    }),
    command('command|docs', -2, 'control', (_, [, , ...names]) => {
      const found = names.length === 0 ? top() : names.flatMap((name) => find(name) ?? []);
      return new MapReply(found.flatMap(({ name, kind }) => [name, new MapReply(['group', kind])]));
    }),
    command('command|getkeys', -3, 'control', (_, [, , name, ...args]) => {
      const found = find(name);
      if (!found) throw new CommandError('ERR Invalid command specified');
      const [first, last, step] = found.keys;
      if (first === 0) throw new CommandError('ERR The command has no key arguments');
      const words = [name, ...args];
      const end = last < 0 ? words.length + last : last;
      return words.filter((_word, index) => index >= first && index <= end && (index - first) % step === 0);
    }),
  ];
}

function describe({ name, arity, kind, keys, noScript }: Command): Reply {
  const flags = [
    ...(kind === 'read' ? ['readonly'] : kind === 'write' ? ['write'] : []),
    ...(noScript ? ['noscript'] : []),
  ];
  return [name, arity, flags.map((flag) => new Status(flag)), ...keys];
}
