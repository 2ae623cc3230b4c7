import { CommandError, errors } from '../resp/command-error.js';
import { SetReply } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { ALL_KEYS, command, TWO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { notNegative, parseInteger } from './parse-numbers.js';
import { pickDistinct, pickWithRepeats } from './random-pick.js';

type Combine = (sets: readonly ReadonlySet<string>[]) => Set<string>;

export const setCommands: readonly Command[] = [
  command('sadd', -3, 'write', ({ db }, [, key, ...members]) => {
    const set = db.collection(key, 'set');
    const before = set.size;
    for (const member of members) set.add(member);
    if (set.size > before) db.touched(key);
    return set.size - before;
  }),
  command('srem', -3, 'write', ({ db }, [, key, ...members]) => {
    const set = db.find(key, 'set');
    const removed = members.filter((member) => set?.delete(member)).length;
    if (removed > 0) db.touched(key);
    return removed;
  }),
  command('sismember', 3, 'read', ({ db }, [, key, member]) => (db.read(key, 'set')?.has(member) ? 1 : 0)),
  command('smismember', -3, 'read', ({ db }, [, key, ...members]) => {
    const set = db.read(key, 'set');
    return members.map((member) => (set?.has(member) ? 1 : 0));
  }),
  command('scard', 2, 'read', ({ db }, [, key]) => db.read(key, 'set')?.size ?? 0),
  command('smembers', 2, 'read', ({ db }, [, key]) => new SetReply([...(db.read(key, 'set') ?? [])])),
  command('spop', -2, 'write', popMembers),
  command('srandmember', -2, 'read', randomMembers),
  command(
    'smove',
    4,
    'write',
    ({ db }, [, from, to, member]) => {
      const source = db.find(from, 'set');
      if (!source) return 0;
      const target = db.find(to, 'set');
      if (!source.has(member)) return 0;
      if (source === target) return 1;
      source.delete(member);
      db.touched(from);
      db.collection(to, 'set').add(member);
      db.touched(to);
      return 1;
    },
    { keys: TWO_KEYS },
  ),
  ...combination('sinter', intersection),
  ...combination('sunion', (sets) => new Set(sets.flatMap((set) => [...set]))),
  ...combination(
    'sdiff',
    ([first, ...rest]) => new Set([...(first ?? [])].filter((member) => !rest.some((set) => set.has(member)))),
  ),
  command('sintercard', -3, 'read', intersectionSize, { keys: [2, -1, 1] }),
];

/** The reading command and its STORE variant. */
function combination(name: string, combine: Combine): Command[] {
  return [
    command(
      name,
      -2,
      'read',
      ({ db }, [, ...keys]) => {
        return new SetReply([...combine(keys.map((key) => db.read(key, 'set') ?? new Set()))]);
      },
      { keys: ALL_KEYS },
    ),
    command(
      `${name}store`,
      -3,
      'write',
      ({ db }, [, target, ...keys]) => {
        const data = combine(keys.map((key) => db.find(key, 'set') ?? new Set()));
        if (data.size === 0) db.delete(target);
        else db.set(target, { type: 'set', data });
        return data.size;
      },
      { keys: ALL_KEYS },
    ),
  ];
}

function intersection(sets: readonly ReadonlySet<string>[]): Set<string> {
  const [smallest, ...rest] = [...sets].sort((a, b) => a.size - b.size);
  return new Set([...(smallest ?? [])].filter((member) => rest.every((set) => set.has(member))));
}

function intersectionSize({ db }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const count = parseInteger(args[1], () => new CommandError('ERR numkeys should be greater than 0'));
  if (count <= 0) throw new CommandError('ERR numkeys should be greater than 0');
  const options = new OptionReader(args, 2);
  if (options.remaining < count) throw new CommandError("ERR Number of keys can't be greater than number of args");
  const keys = options.words(count);
  let limit = 0;
  if (!options.atEnd()) {
    if (!options.take('LIMIT')) throw errors.syntax();
    limit = notNegative(options.word(), 'LIMIT');
    if (!options.atEnd()) throw errors.syntax();
  }
  const { size } = intersection(keys.map((key) => db.read(key, 'set') ?? new Set<string>()));
  return limit > 0 ? Math.min(size, limit) : size;
}

function popMembers({ db }: Call, [, key, countText, ...rest]: readonly [string, string, ...string[]]): Reply {
  if (rest.length > 0) throw errors.syntax();
  const count = countText === undefined ? 1 : parseInteger(countText, errors.notPositive);
  if (count < 0) throw errors.notPositive();
  const set = db.find(key, 'set');
  const picked = pickDistinct([...(set ?? [])], count);
  for (const member of picked) set?.delete(member);
  if (picked.length > 0) db.touched(key);
  return countText === undefined ? (picked[0] ?? null) : new SetReply(picked);
}

function randomMembers({ db }: Call, [, key, countText, ...rest]: readonly [string, string, ...string[]]): Reply {
  if (rest.length > 0) throw errors.syntax();
  const members = [...(db.read(key, 'set') ?? [])];
  if (countText === undefined) return pickDistinct(members, 1)[0] ?? null;
  const count = parseInteger(countText);
  return count < 0 ? pickWithRepeats(members, -count) : pickDistinct(members, count);
}
