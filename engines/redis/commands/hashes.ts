import { CommandError, errors } from '../resp/command-error.js';
import { formatPlain } from '../resp/number-format.js';
import { MapReply, OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { addInt64, integerReply, parseFloatStrictly, parseInt64, parseInteger } from './parse-numbers.js';
import { pickDistinct, pickWithRepeats } from './random-pick.js';

export const hashCommands: readonly Command[] = [
  command('hset', -4, 'write', (call, args) => setFields(call, 'hset', args)),
  command('hmset', -4, 'write', (call, args) => {
    setFields(call, 'hmset', args);
    return OK;
  }),
  command('hsetnx', 4, 'write', ({ db }, [, key, field, value]) => {
    const hash = db.collection(key, 'hash');
    if (hash.has(field)) return 0;
    hash.set(field, value);
    db.touched(key);
    return 1;
  }),
  command('hget', 3, 'read', ({ db }, [, key, field]) => db.read(key, 'hash')?.get(field) ?? null),
  command('hmget', -3, 'read', ({ db }, [, key, ...fields]) => {
    const hash = db.read(key, 'hash');
    return fields.map((field) => hash?.get(field) ?? null);
  }),
  command('hgetall', 2, 'read', ({ db }, [, key]) => new MapReply([...(db.read(key, 'hash') ?? [])].flat())),
  command('hkeys', 2, 'read', ({ db }, [, key]) => [...(db.read(key, 'hash')?.keys() ?? [])]),
  command('hvals', 2, 'read', ({ db }, [, key]) => [...(db.read(key, 'hash')?.values() ?? [])]),
  command('hlen', 2, 'read', ({ db }, [, key]) => db.read(key, 'hash')?.size ?? 0),
  command('hexists', 3, 'read', ({ db }, [, key, field]) => (db.read(key, 'hash')?.has(field) ? 1 : 0)),
  command('hstrlen', 3, 'read', ({ db }, [, key, field]) => db.read(key, 'hash')?.get(field)?.length ?? 0),
  command('hdel', -3, 'write', ({ db }, [, key, ...fields]) => {
    const hash = db.find(key, 'hash');
    const removed = fields.filter((field) => hash?.delete(field)).length;
    if (removed > 0) db.touched(key);
    return removed;
  }),
  command('hincrby', 4, 'write', ({ db }, [, key, field, amount]) => {
    parseInt64(amount);
    const current = db.find(key, 'hash')?.get(field) ?? '0';
    const text = addInt64(current, amount, () => new CommandError('ERR hash value is not an integer'));
    return integerReply(setField({ db }, key, field, text));
  }),
  command('hincrbyfloat', 4, 'write', ({ db }, [, key, field, amount]) => {
    const increment = parseFloatStrictly(amount);
    if (!Number.isFinite(increment)) throw new CommandError('ERR value is NaN or Infinity');
    const current = db.find(key, 'hash')?.get(field) ?? '0';
    const sum = parseFloatStrictly(current, () => new CommandError('ERR hash value is not a float')) + increment;
    if (!Number.isFinite(sum)) throw errors.notANumber();
    return setField({ db }, key, field, formatPlain(sum));
  }),
  command('hrandfield', -2, 'read', randomFields),
];

function setFields({ db }: Call, name: string, args: readonly [string, string, ...string[]]): number {
  if (args.length % 2 !== 0) throw errors.arity(name);
  const hash = db.collection(args[1], 'hash');
  const before = hash.size;
  const options = new OptionReader(args, 2);
  while (!options.atEnd()) hash.set(options.word(), options.word());
  db.touched(args[1]);
  return hash.size - before;
}

function setField({ db }: Pick<Call, 'db'>, key: string, field: string, text: string): string {
  db.collection(key, 'hash').set(field, text);
  db.touched(key);
  return text;
}

function randomFields({ db }: Call, args: readonly [string, string, ...string[]]): Reply {
  const [, key, countText, option, ...rest] = args;
  if (rest.length > 0 || (option !== undefined && option.toUpperCase() !== 'WITHVALUES')) throw errors.syntax();
  const count = countText === undefined ? undefined : parseInteger(countText);
  const pairs = [...(db.read(key, 'hash') ?? [])];
  if (count === undefined) return pickDistinct(pairs, 1)[0]?.[0] ?? null;
  const picked = count < 0 ? pickWithRepeats(pairs, -count) : pickDistinct(pairs, count);
  return option === undefined ? picked.map(([field]) => field) : picked.flat();
}
