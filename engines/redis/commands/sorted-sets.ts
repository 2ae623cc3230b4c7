import { SortedSet } from '../keyspace/sorted-set.js';
import { CommandError, errors } from '../resp/command-error.js';
import { Double } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { parseFloatStrictly, parseInteger } from './parse-numbers.js';
import { OptionReader } from './option-reader.js';
import { pickDistinct, pickWithRepeats } from './random-pick.js';
import { byLex, byRank, byScore } from './score-range.js';
import type { RangeParser } from './score-range.js';

export const sortedSetCommands: readonly Command[] = [
  command('zadd', -4, 'write', add),
  command('zincrby', 4, 'write', ({ db }, [, key, amount, member]) => {
    const increment = parseFloatStrictly(amount);
    const score = (db.find(key, 'zset')?.score(member) ?? 0) + increment;
    if (Number.isNaN(score)) throw notANumber();
    db.collection(key, 'zset').set(member, score);
    db.touched(key);
    return new Double(score);
  }),
  command('zrem', -3, 'write', ({ db }, [, key, ...members]) => {
    const set = db.find(key, 'zset');
    const removed = members.filter((member) => set?.delete(member)).length;
    if (removed > 0) db.touched(key);
    return removed;
  }),
  command('zcard', 2, 'read', ({ db }, [, key]) => db.read(key, 'zset')?.size ?? 0),
  command('zscore', 3, 'read', ({ db }, [, key, member]) => scoreReply(db.read(key, 'zset')?.score(member))),
  command('zmscore', -3, 'read', ({ db }, [, key, ...members]) => {
    const set = db.read(key, 'zset');
    return members.map((member) => scoreReply(set?.score(member)));
  }),
  command('zrank', 3, 'read', ({ db }, [, key, member]) => db.read(key, 'zset')?.rank(member) ?? null),
  command('zrevrank', 3, 'read', ({ db }, [, key, member]) => {
    const set = db.read(key, 'zset');
    const rank = set?.rank(member);
    return set === undefined || rank === undefined ? null : set.size - 1 - rank;
  }),
  count('zcount', byScore),
  count('zlexcount', byLex),
  removeRange('zremrangebyscore', byScore),
  removeRange('zremrangebyrank', byRank),
  removeRange('zremrangebylex', byLex),
  command('zpopmin', -2, 'write', (call, args) => popEnd(call, 'lowest', args)),
  command('zpopmax', -2, 'write', (call, args) => popEnd(call, 'highest', args)),
  command('zrandmember', -2, 'read', randomMembers),
];

/** A score as a reply; nil for a member that is not there. */
function scoreReply(score: number | undefined): Reply {
  return score === undefined ? null : new Double(score);
}

function add({ db }: Call, args: readonly [string, string, string, string, ...string[]]): Reply {
  const [, key] = args;
  const options = new OptionReader(args, 2);
  const flags = new Set<string>();
  const known = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'];
  for (let flag; (flag = known.find((name) => options.take(name))) !== undefined;) flags.add(flag);
  if (options.atEnd() || options.remaining % 2 !== 0) throw errors.syntax();
  if (flags.has('NX') && flags.has('XX'))
    throw new CommandError('ERR XX and NX options at the same time are not compatible');
  if ((flags.has('GT') && flags.has('LT')) || (flags.has('NX') && (flags.has('GT') || flags.has('LT')))) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
  }
  if (flags.has('INCR') && options.remaining > 2)
    throw new CommandError('ERR INCR option supports a single increment-element pair');
  const pairs: { score: number; member: string }[] = [];
  while (!options.atEnd()) pairs.push({ score: parseFloatStrictly(options.word()), member: options.word() });

  let added = 0;
  let updated = 0;
  let result: number | undefined;
  for (const pair of pairs) {
    const current = db.find(key, 'zset')?.score(pair.member);
    const score = flags.has('INCR') ? (current ?? 0) + pair.score : pair.score;
    if (Number.isNaN(score)) throw notANumber();
    if (!isAllowed(flags, current, score)) continue;
    db.collection(key, 'zset').set(pair.member, score);
    result = score;
    if (current === undefined) added += 1;
    else if (current !== score) updated += 1;
  }
  if (added + updated > 0) db.touched(key);
  if (flags.has('INCR')) return scoreReply(result);
  return flags.has('CH') ? added + updated : added;
}

function isAllowed(flags: ReadonlySet<string>, current: number | undefined, next: number): boolean {
  if (current === undefined) return !flags.has('XX');
  if (flags.has('NX')) return false;
  return !(flags.has('GT') && next <= current) && !(flags.has('LT') && next >= current);
}

function count(name: string, range: RangeParser): Command {
  return command(name, 4, 'read', ({ db }, [, key, low, high]) => {
    range(new SortedSet(), low, high);
    const set = db.read(key, 'zset') ?? new SortedSet();
    const { start, end } = range(set, low, high);
    return Math.max(0, end - start);
  });
}

function removeRange(name: string, range: RangeParser): Command {
  return command(name, 4, 'write', ({ db }, [, key, low, high]) => {
    // A wrong bound is an error before the key is looked at.
    range(new SortedSet(), low, high);
    const set = db.find(key, 'zset') ?? new SortedSet();
    const { start, end } = range(set, low, high);
    const removed = set.removeSlice(start, end).length;
    if (removed > 0) db.touched(key);
    return removed;
  });
}

function popEnd(
  { db }: Call,
  which: 'lowest' | 'highest',
  [, key, countText, ...rest]: readonly [string, string, ...string[]],
): Reply {
  if (rest.length > 0) throw errors.syntax();
  const wanted = countText === undefined ? 1 : parseInteger(countText, errors.notPositive);
  if (wanted < 0) throw errors.notPositive();
  const set = db.find(key, 'zset');
  if (!set) return [];
  const taken =
    which === 'lowest'
      ? set.removeSlice(0, wanted)
      : set.removeSlice(Math.max(0, set.size - wanted), set.size).reverse();
  if (taken.length > 0) db.touched(key);
  return taken.flatMap(({ member, score }) => [member, new Double(score)]);
}

function randomMembers(
  { db }: Call,
  [, key, countText, option, ...rest]: readonly [string, string, ...string[]],
): Reply {
  if (rest.length > 0 || (option !== undefined && option.toUpperCase() !== 'WITHSCORES')) throw errors.syntax();
  const wanted = countText === undefined ? undefined : parseInteger(countText);
  const elements = [...(db.read(key, 'zset') ?? [])];
  if (wanted === undefined) return pickDistinct(elements, 1)[0]?.member ?? null;
  const picked = wanted < 0 ? pickWithRepeats(elements, -wanted) : pickDistinct(elements, wanted);
  return picked.flatMap(({ member, score }) => (option === undefined ? [member] : [member, new Double(score)]));
}

function notANumber(): CommandError {
  return new CommandError('ERR resulting score is not a number (NaN)');
}
