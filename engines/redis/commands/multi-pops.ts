import { CommandError, errors } from '../resp/command-error.js';
import { Double, NULL_ARRAY } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { wait } from './blocking.js';
import { command } from './command.js';
import type { Call, Command, KeyPositions } from './command.js';
import { pop } from './lists.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

const AFTER_COUNT: KeyPositions = [2, -1, 1];

/** LMPOP, ZMPOP and their blocking forms: several elements of the first key that has any. */
export const multiPopCommands: readonly Command[] = [
  ...multiPop('lmpop', { LEFT: popList('LEFT'), RIGHT: popList('RIGHT') }),
  ...multiPop('zmpop', { MIN: popScored('lowest'), MAX: popScored('highest') }),
];

/** Takes up to `count` elements; undefined when there is no such key. */
type Take = (call: Call, key: string, count: number) => Reply[] | undefined;

function multiPop(name: string, ends: Readonly<Record<string, Take>>): Command[] {
  const attempt = (call: Call, { keys, take, count }: ReturnType<typeof parse>) => {
    for (const key of keys) {
      const taken = take(call, key, count);
      if (taken) return [key, taken];
    }
    return undefined;
  };
  return [
    command(name, -4, 'write', (call, args) => attempt(call, parse(args, 1, ends)) ?? NULL_ARRAY, {
      keys: AFTER_COUNT,
    }),
    command(
      `b${name}`,
      -5,
      'write',
      (call, args) => {
        const parsed = parse(args, 2, ends);
        return wait(call, parsed.keys, args[1], NULL_ARRAY, () => attempt(call, parsed));
      },
      { keys: [3, -1, 1], noScript: true },
    ),
  ];
}

function parse(
  args: readonly string[],
  start: number,
  ends: Readonly<Record<string, Take>>,
): { readonly keys: string[]; readonly take: Take; readonly count: number } {
  const options = new OptionReader(args, start);
  const keyCount = positive(options.word(), 'numkeys');
  if (keyCount >= options.remaining) throw errors.syntax();
  const keys = options.words(keyCount);
  const take = ends[options.option()];
  if (!take) throw errors.syntax();
  const count = options.take('COUNT') ? positive(options.word(), 'count') : 1;
  if (!options.atEnd()) throw errors.syntax();
  return { keys, take, count };
}

function positive(text: string, what: string): number {
  const failure = () => new CommandError(`ERR ${what} should be greater than 0`);
  const number = parseInteger(text, failure);
  if (number < 1) throw failure();
  return number;
}

function popList(end: 'LEFT' | 'RIGHT'): Take {
  return (call, key, count) => pop(call, key, end, count);
}

function popScored(which: 'lowest' | 'highest'): Take {
  return ({ db }, key, count) => {
    const set = db.find(key, 'zset');
    if (!set) return undefined;
    const taken =
      which === 'lowest'
        ? set.removeSlice(0, count)
        : set.removeSlice(Math.max(0, set.size - count), set.size).reverse();
    db.touched(key);
    return taken.map(({ member, score }) => [member, new Double(score)]);
  };
}
