import { SortedSet } from '../keyspace/sorted-set.js';
import type { Scored } from '../keyspace/sorted-set.js';
import { CommandError, errors } from '../resp/command-error.js';
import { Double } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command, TWO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';
import { byLex, byRank, byScore } from './score-range.js';
import type { RangeParser } from './score-range.js';

interface RangeQuery {
  readonly low: string;
  readonly high: string;
  readonly range: RangeParser;
  readonly reverse: boolean;
  readonly offset: number;
  /** Negative for no limit. */
  readonly limit: number;
  readonly withScores: boolean;
}

export const sortedSetRangeCommands: readonly Command[] = [
  command('zrange', -4, 'read', (call, args) => answer(call, args[1], parseRange(args, 2, { scores: true }))),
  command(
    'zrangestore',
    -5,
    'write',
    (call, args) => store(call, args[1], args[2], parseRange(args, 3, { scores: false })),
    {
      keys: TWO_KEYS,
    },
  ),
  legacyRange('zrevrange', { range: byRank, reverse: true }),
  legacyRange('zrangebyscore', { range: byScore, reverse: false }),
  legacyRange('zrevrangebyscore', { range: byScore, reverse: true }),
  legacyRange('zrangebylex', { range: byLex, reverse: false }),
  legacyRange('zrevrangebylex', { range: byLex, reverse: true }),
];

/** ZRANGE's own words: the kind of range is an option. */
function parseRange(args: readonly string[], start: number, allow: { readonly scores: boolean }): RangeQuery {
  const options = new OptionReader(args, start);
  const [low = '', high = ''] = options.words(2);
  let range = byRank;
  let reverse = false;
  let page: readonly [number, number] | undefined;
  let withScores = false;
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'BYSCORE') range = byScore;
    else if (option === 'BYLEX') range = byLex;
    else if (option === 'REV') reverse = true;
    else if (option === 'LIMIT') page = [parseInteger(options.word()), parseInteger(options.word())];
    else if (option === 'WITHSCORES' && allow.scores) withScores = true;
    else throw errors.syntax();
  }
  if (page && range === byRank) {
    throw new CommandError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  }
  if (withScores && range === byLex)
    throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  const [offset, limit] = page ?? [0, -1];
  return { low, high, range, reverse, offset, limit, withScores };
}

/** The older commands: the kind of range is in the name. */
function legacyRange(name: string, { range, reverse }: Pick<RangeQuery, 'range' | 'reverse'>): Command {
  return command(name, -4, 'read', (call, args) => {
    const options = new OptionReader(args, 4);
    let page: readonly [number, number] | undefined;
    let withScores = false;
    while (!options.atEnd()) {
      const option = options.option();
      if (option === 'WITHSCORES' && range !== byLex) withScores = true;
      else if (option === 'LIMIT' && range !== byRank)
        page = [parseInteger(options.word()), parseInteger(options.word())];
      else throw errors.syntax();
    }
    const [offset, limit] = page ?? [0, -1];
    return answer(call, args[1], { low: args[2], high: args[3], range, reverse, offset, limit, withScores });
  });
}

function answer({ db }: Call, key: string, query: RangeQuery): Reply {
  checkBounds(query);
  const found = select(db.read(key, 'zset') ?? new SortedSet(), query);
  if (!query.withScores) return found.map(({ member }) => member);
  return found.flatMap(({ member, score }) => [member, new Double(score)]);
}

function store({ db }: Call, target: string, source: string, query: RangeQuery): Reply {
  checkBounds(query);
  const found = select(db.find(source, 'zset') ?? new SortedSet(), query);
  storeSortedSet(db, target, found);
  return found.length;
}

/** A wrong bound is an error before the key is looked at, whatever that holds. */
function checkBounds({ range, low, high }: RangeQuery): void {
  range(new SortedSet(), low, high);
}

/** Replaces the key with these elements, or removes it when there are none. */
export function storeSortedSet(db: Call['db'], key: string, elements: Iterable<Scored>): void {
  const data = new SortedSet();
  for (const { member, score } of elements) data.set(member, score);
  if (data.size === 0) db.delete(key);
  else db.set(key, { type: 'zset', data });
}

function select(set: SortedSet, query: RangeQuery): Scored[] {
  const { low, high, range, reverse, offset, limit } = query;
  const slice = reverse && range !== byRank ? range(set, high, low) : range(set, low, high);
  const { start, end } =
    reverse && range === byRank ? { start: set.size - slice.end, end: set.size - slice.start } : slice;
  if (offset < 0) return [];
  const count = limit < 0 ? Infinity : limit;
  if (!reverse) return set.slice(start + offset, Math.min(end, start + offset + count));
  return set.slice(Math.max(start, end - offset - count), Math.max(start, end - offset)).reverse();
}
