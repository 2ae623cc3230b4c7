import { CommandError, errors } from '../resp/command-error.js';
import { NULL_ARRAY, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command, TWO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { notNegative, parseInteger } from './parse-numbers.js';

export type ListEnd = 'LEFT' | 'RIGHT';

export const listCommands: readonly Command[] = [
  command('lpush', -3, 'write', (call, [, key, ...values]) => push(call, key, 'LEFT', values)),
  command('rpush', -3, 'write', (call, [, key, ...values]) => push(call, key, 'RIGHT', values)),
  command('lpushx', -3, 'write', (call, [, key, ...values]) =>
    call.db.find(key, 'list') ? push(call, key, 'LEFT', values) : 0,
  ),
  command('rpushx', -3, 'write', (call, [, key, ...values]) =>
    call.db.find(key, 'list') ? push(call, key, 'RIGHT', values) : 0,
  ),
  command('lpop', -2, 'write', (call, args) => popCommand(call, 'lpop', 'LEFT', args)),
  command('rpop', -2, 'write', (call, args) => popCommand(call, 'rpop', 'RIGHT', args)),
  command('llen', 2, 'read', ({ db }, [, key]) => db.read(key, 'list')?.length ?? 0),
  command('lindex', 3, 'read', ({ db }, [, key, index]) => db.read(key, 'list')?.at(parseInteger(index)) ?? null),
  command('lrange', 4, 'read', ({ db }, [, key, startText, stopText]) => {
    const [start, stop] = [parseInteger(startText), parseInteger(stopText)];
    const list = db.read(key, 'list') ?? [];
    return list.slice(
      start < 0 ? Math.max(0, list.length + start) : start,
      stop < 0 ? Math.max(0, list.length + stop + 1) : stop + 1,
    );
  }),
  command('lset', 4, 'write', ({ db }, [, key, indexText, value]) => {
    const list = db.find(key, 'list');
    if (!list) throw errors.noSuchKey();
    const index = parseInteger(indexText);
    const position = index < 0 ? list.length + index : index;
    if (position < 0 || position >= list.length) throw errors.indexOutOfRange();
    list[position] = value;
    db.touched(key);
    return OK;
  }),
  command('linsert', 5, 'write', ({ db }, [, key, whereText, pivot, value]) => {
    const where = whereText.toUpperCase();
    if (where !== 'BEFORE' && where !== 'AFTER') throw errors.syntax();
    const list = db.find(key, 'list');
    if (!list) return 0;
    const position = list.indexOf(pivot);
    if (position === -1) return -1;
    list.splice(where === 'BEFORE' ? position : position + 1, 0, value);
    db.touched(key);
    return list.length;
  }),
  command('lrem', 4, 'write', ({ db }, [, key, countText, value]) =>
    removeValue({ db }, key, parseInteger(countText), value),
  ),
  command('ltrim', 4, 'write', ({ db }, [, key, startText, stopText]) => {
    const [start, stop] = [parseInteger(startText), parseInteger(stopText)];
    const list = db.find(key, 'list');
    if (!list) return OK;
    const from = Math.max(0, start < 0 ? list.length + start : start);
    const to = Math.min(list.length, (stop < 0 ? list.length + stop : stop) + 1);
    list.splice(Math.max(from, to));
    list.splice(0, from);
    db.touched(key);
    return OK;
  }),
  command('lpos', -3, 'read', positions),
  command(
    'rpoplpush',
    3,
    'write',
    (call, [, from, to]) => move(call, { from, to, take: 'RIGHT', put: 'LEFT' }) ?? null,
    { keys: TWO_KEYS },
  ),
  command(
    'lmove',
    5,
    'write',
    (call, [, from, to, take, put]) => {
      return move(call, { from, to, take: parseListEnd(take), put: parseListEnd(put) }) ?? null;
    },
    { keys: TWO_KEYS },
  ),
];

export function parseListEnd(text: string): ListEnd {
  const end = text.toUpperCase();
  if (end !== 'LEFT' && end !== 'RIGHT') throw errors.syntax();
  return end;
}

/** Takes up to `count` elements from one end; undefined when there is no list. */
export function pop({ db }: Pick<Call, 'db'>, key: string, end: ListEnd, count: number): string[] | undefined {
  const list = db.find(key, 'list');
  if (!list) return undefined;
  const taken = end === 'LEFT' ? list.splice(0, count) : list.splice(Math.max(0, list.length - count), count).reverse();
  if (taken.length > 0) db.touched(key);
  return taken;
}

/** Takes an element from one list and puts it on another; undefined when there is nothing to take. */
export function move(
  call: Pick<Call, 'db'>,
  {
    from,
    to,
    take,
    put,
  }: { readonly from: string; readonly to: string; readonly take: ListEnd; readonly put: ListEnd },
): string | undefined {
  if (!call.db.find(from, 'list')) return undefined;
  call.db.find(to, 'list');
  const [value] = pop(call, from, take, 1) ?? [];
  if (value !== undefined) push(call, to, put, [value]);
  return value;
}

function push({ db }: Pick<Call, 'db'>, key: string, end: ListEnd, values: readonly string[]): number {
  const list = db.collection(key, 'list');
  for (const value of values) {
    if (end === 'LEFT') list.unshift(value);
    else list.push(value);
  }
  db.touched(key);
  return list.length;
}

function popCommand(
  call: Call,
  name: string,
  end: ListEnd,
  [, key, countText, ...rest]: readonly [string, string, ...string[]],
): Reply {
  if (rest.length > 0) throw errors.arity(name);
  if (countText === undefined) return pop(call, key, end, 1)?.[0] ?? null;
  const count = parseInteger(countText, errors.notPositive);
  if (count < 0) throw errors.notPositive();
  return pop(call, key, end, count) ?? NULL_ARRAY;
}

function removeValue({ db }: Pick<Call, 'db'>, key: string, count: number, value: string): number {
  const list = db.find(key, 'list');
  if (!list) return 0;
  const limit = count === 0 ? Infinity : Math.abs(count);
  let removed = 0;
  const keep = (element: string) => {
    if (element !== value || removed >= limit) return true;
    removed += 1;
    return false;
  };
  const kept = count < 0 ? list.reverse().filter(keep).reverse() : list.filter(keep);
  list.length = 0;
  for (const element of kept) list.push(element);
  if (removed > 0) db.touched(key);
  return removed;
}

function positions({ db }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const options = new OptionReader(args, 3);
  let rank = 1;
  let count: number | undefined;
  let limit = Infinity;
  while (!options.atEnd()) {
    const option = options.option();
    const word = options.word();
    if (option === 'RANK') rank = parseInteger(word);
    else if (option === 'COUNT') count = notNegative(word, 'COUNT');
    else if (option === 'MAXLEN') limit = notNegative(word, 'MAXLEN') || Infinity;
    else throw errors.syntax();
  }
  if (rank === 0) {
    throw new CommandError(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    );
  }
  const list = db.read(args[1], 'list') ?? [];
  const wanted = count === undefined ? 1 : count === 0 ? Infinity : count;
  const found: number[] = [];
  let matches = 0;
  for (let looked = 0; looked < Math.min(list.length, limit) && found.length < wanted; looked += 1) {
    const index = rank > 0 ? looked : list.length - 1 - looked;
    if (list[index] !== args[2]) continue;
    matches += 1;
    if (matches >= Math.abs(rank)) found.push(index);
  }
  return count === undefined ? (found[0] ?? null) : found;
}
