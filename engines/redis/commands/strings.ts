import { CommandError, errors } from '../resp/command-error.js';
import { OK } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { ALL_KEYS, command } from './command.js';
import type { Call, Command } from './command.js';
import { isExpireUnit, parseExpireOption } from './expire-time.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

/** The largest string, as Redis's proto-max-bulk-len. */
const MAX_STRING_BYTES = 512 * 1024 * 1024 - 64;

export const stringCommands: readonly Command[] = [
  command('get', 2, 'read', ({ db }, [, key]) => db.read(key, 'string') ?? null),
  command('set', -3, 'write', set),
  command('setnx', 3, 'write', ({ db }, [, key, value]) => {
    if (db.entry(key)) return 0;
    db.setString(key, value);
    return 1;
  }),
  command('setex', 4, 'write', (call, [, key, seconds, value]) => setWithExpiry(call, 'setex', key, seconds, value)),
  command('psetex', 4, 'write', (call, [, key, milliseconds, value]) =>
    setWithExpiry(call, 'psetex', key, milliseconds, value),
  ),
  command('getset', 3, 'write', ({ db }, [, key, value]) => {
    const previous = db.read(key, 'string') ?? null;
    db.setString(key, value);
    return previous;
  }),
  command('getdel', 2, 'write', ({ db }, [, key]) => {
    const previous = db.read(key, 'string') ?? null;
    db.delete(key);
    return previous;
  }),
  command('getex', -2, 'write', getex),
  command('mget', -2, 'read', ({ db }, [, ...keys]) => keys.map((key) => stringOrNull(db.readEntry(key))), {
    keys: ALL_KEYS,
  }),
  command(
    'mset',
    -3,
    'write',
    ({ db }, args) => {
      for (const [key, value] of pairs('mset', args)) db.setString(key, value);
      return OK;
    },
    { keys: [1, -1, 2] },
  ),
  command(
    'msetnx',
    -3,
    'write',
    ({ db }, args) => {
      const values = pairs('msetnx', args);
      if (values.some(([key]) => db.entry(key))) return 0;
      for (const [key, value] of values) db.setString(key, value);
      return 1;
    },
    { keys: [1, -1, 2] },
  ),
  command('append', 3, 'write', ({ db }, [, key, value]) => {
    const text = checkLength((db.find(key, 'string') ?? '') + value);
    db.updateString(key, text);
    return text.length;
  }),
  command('strlen', 2, 'read', ({ db }, [, key]) => db.read(key, 'string')?.length ?? 0),
  command('getrange', 4, 'read', getRange),
  command('substr', 4, 'read', getRange),
  command('setrange', 4, 'write', ({ db }, [, key, offsetText, value]) => {
    const offset = parseInteger(offsetText);
    if (offset < 0) throw new CommandError('ERR offset is out of range');
    const current = db.find(key, 'string') ?? '';
    if (value === '') return current.length;
    if (offset + value.length > MAX_STRING_BYTES) throw errors.tooLong();
    const text = current.slice(0, offset).padEnd(offset, '\0') + value + current.slice(offset + value.length);
    db.updateString(key, text);
    return text.length;
  }),
];

function set({ db, server }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const [, key, value] = args;
  const options = new OptionReader(args, 3);
  const seen = new Set<string>();
  let expiresAt: number | undefined;
  while (!options.atEnd()) {
    const option = options.option();
    if (isExpireUnit(option)) {
      if (seen.has('expiry')) throw errors.syntax();
      seen.add('expiry');
      expiresAt = parseExpireOption('set', option, options.word(), server.now);
    } else if (option === 'KEEPTTL') {
      if (seen.has('expiry')) throw errors.syntax();
      seen.add('expiry').add('KEEPTTL');
    } else if (option === 'NX' || option === 'XX' || option === 'GET') {
      seen.add(option);
    } else {
      throw errors.syntax();
    }
  }
  if (seen.has('NX') && seen.has('XX')) throw errors.syntax();
  const entry = db.entry(key);
  const previous = seen.has('GET') ? (db.read(key, 'string') ?? null) : undefined;
  if (seen.has('NX') ? entry !== undefined : seen.has('XX') && entry === undefined) return previous ?? null;
  db.setString(key, value, seen.has('KEEPTTL') ? entry?.expiresAt : expiresAt);
  return previous === undefined ? OK : previous;
}

function setWithExpiry(
  { db, server }: Call,
  name: 'setex' | 'psetex',
  key: string,
  time: string,
  value: string,
): Reply {
  db.setString(key, value, parseExpireOption(name, name === 'setex' ? 'EX' : 'PX', time, server.now));
  return OK;
}

function getex({ db, server }: Call, args: readonly [string, string, ...string[]]): Reply {
  const [, key] = args;
  const options = new OptionReader(args, 2);
  const option = options.atEnd() ? undefined : options.option();
  const time = option !== undefined && isExpireUnit(option) ? { unit: option, text: options.word() } : undefined;
  if (!options.atEnd() || (option !== undefined && option !== 'PERSIST' && !time)) throw errors.syntax();
  const value = db.read(key, 'string');
  // As in Redis, the time is not looked at when there is no key.
  if (value === undefined) return null;
  if (option !== undefined) {
    const expiresAt = time ? parseExpireOption('getex', time.unit, time.text, server.now) : Infinity;
    if (expiresAt <= server.now) db.delete(key);
    else db.expireAt(key, expiresAt);
  }
  return value;
}

function getRange({ db }: Call, [, key, startText, endText]: readonly [string, string, string, string]): Reply {
  const [start, end] = [parseInteger(startText), parseInteger(endText)];
  const text = db.read(key, 'string') ?? '';
  if (start < 0 && end < 0 && start > end) return '';
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  const to = end < 0 ? Math.max(0, text.length + end) : end;
  return from > to ? '' : text.slice(from, to + 1);
}

function stringOrNull(
  entry: { readonly value: { readonly type: string; readonly data: unknown } } | undefined,
): string | null {
  return typeof entry?.value.data === 'string' ? entry.value.data : null;
}

/** The key and value pairs after a command's name. */
function pairs(name: string, args: readonly string[]): [string, string][] {
  if (args.length % 2 === 0) throw errors.arity(name);
  const options = new OptionReader(args, 1);
  const found: [string, string][] = [];
  while (!options.atEnd()) found.push([options.word(), options.word()]);
  return found;
}

function checkLength(text: string): string {
  if (text.length > MAX_STRING_BYTES) throw errors.tooLong();
  return text;
}
