import { estimateBytes } from '../keyspace/memory-estimate.js';
import { cloneValue } from '../keyspace/values.js';
import type { Entry } from '../keyspace/values.js';
import { globMatcher } from '../keyspace/glob.js';
import { CommandError, errors } from '../resp/command-error.js';
import { OK, Status } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { DATABASE_COUNT } from '../state/server-state.js';
import { ALL_KEYS, command, NO_KEYS, TWO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { objectEncoding } from './object-encoding.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

export const keyCommands: readonly Command[] = [
  command('del', -2, 'write', remove, { keys: ALL_KEYS }),
  command('unlink', -2, 'write', remove, { keys: ALL_KEYS }),
  command('exists', -2, 'read', ({ db }, [, ...keys]) => keys.filter((key) => db.readEntry(key)).length, {
    keys: ALL_KEYS,
  }),
  command('touch', -2, 'read', ({ db }, [, ...keys]) => keys.filter((key) => db.entry(key)).length, { keys: ALL_KEYS }),
  command('type', 2, 'read', ({ db }, [, key]) => new Status(db.peek(key)?.value.type ?? 'none')),
  command(
    'keys',
    2,
    'read',
    ({ db, server }, [, pattern]) => {
      const matches = globMatcher(pattern);
      return [...db.entries()]
        .filter((entry) => isAlive(entry, server.now) && matches(entry.key))
        .map(({ key }) => key);
    },
    { keys: NO_KEYS },
  ),
  command('randomkey', 1, 'read', randomKey, { keys: NO_KEYS }),
  command('dbsize', 1, 'read', ({ db }) => db.size, { keys: NO_KEYS }),
  command(
    'flushdb',
    -1,
    'write',
    ({ db }, args) => {
      checkFlushMode(args);
      db.clear();
      return OK;
    },
    { keys: NO_KEYS },
  ),
  command(
    'flushall',
    -1,
    'write',
    ({ server }, args) => {
      checkFlushMode(args);
      for (const database of server.databases) database.clear();
      return OK;
    },
    { keys: NO_KEYS },
  ),
  command(
    'rename',
    3,
    'write',
    ({ db }, [, from, to]) => {
      moveEntry({ db }, from, to);
      return OK;
    },
    { keys: TWO_KEYS },
  ),
  command(
    'renamenx',
    3,
    'write',
    ({ db }, [, from, to]) => {
      if (!db.entry(from)) throw errors.noSuchKey();
      if (db.entry(to)) return 0;
      moveEntry({ db }, from, to);
      return 1;
    },
    { keys: TWO_KEYS },
  ),
  command('copy', -3, 'write', copy, { keys: TWO_KEYS }),
  command('move', 3, 'write', ({ db, server }, [, key, index]) => {
    const target = server.database(databaseIndex(index));
    if (target === db) throw sameObject();
    const entry = db.entry(key);
    if (!entry || target.entry(key)) return 0;
    target.set(key, entry.value, entry.expiresAt);
    db.delete(key);
    return 1;
  }),
  command(
    'object|encoding',
    3,
    'read',
    ({ db }, [, , key]) => {
      const entry = db.peek(key);
      return entry ? objectEncoding(entry.value) : null;
    },
    { keys: [2, 2, 1] },
  ),
  command(
    'object|idletime',
    3,
    'read',
    ({ db, server }, [, , key]) => {
      const entry = db.peek(key);
      return entry ? Math.floor((server.now - entry.usedAt) / 1000) : null;
    },
    { keys: [2, 2, 1] },
  ),
  command('object|refcount', 3, 'read', ({ db }, [, , key]) => (db.peek(key) ? 1 : null), { keys: [2, 2, 1] }),
  command('memory|usage', -3, 'read', memoryUsage, { keys: [2, 2, 1] }),
  command(
    'swapdb',
    3,
    'write',
    ({ server }, [, first, second]) => {
      const one = server.database(databaseIndex(first, 'ERR invalid first DB index'));
      const other = server.database(databaseIndex(second, 'ERR invalid second DB index'));
      if (one !== other) one.swap(other);
      return OK;
    },
    { keys: NO_KEYS },
  ),
];

function memoryUsage({ db }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const options = new OptionReader(args, 3);
  const samples = options.take('SAMPLES') ? parseInteger(options.word()) : undefined;
  if (!options.atEnd() || (samples !== undefined && samples < 0)) throw errors.syntax();
  const entry = db.peek(args[2]);
  return entry ? estimateBytes(entry.key, entry.value, samples) : null;
}

/** A database number as SELECT, MOVE and COPY take it. */
export function databaseIndex(text: string, notInteger?: string): number {
  const index = parseInteger(text, notInteger === undefined ? undefined : () => new CommandError(notInteger));
  if (index < 0 || index >= DATABASE_COUNT) throw new CommandError('ERR DB index is out of range');
  return index;
}

function remove({ db }: Call, [, ...keys]: readonly [string, string, ...string[]]): Reply {
  return keys.filter((key) => db.delete(key)).length;
}

function moveEntry({ db }: Pick<Call, 'db'>, from: string, to: string): void {
  const entry = db.entry(from);
  if (!entry) throw errors.noSuchKey();
  if (from === to) return;
  db.delete(from);
  // SCAN goes by age, so what arrives under a new name must count as new.
  db.delete(to);
  db.set(to, entry.value, entry.expiresAt);
}

function copy({ db, server }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const [, from, to] = args;
  const options = new OptionReader(args, 3);
  let target = db;
  let replace = false;
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'REPLACE') replace = true;
    else if (option === 'DB') target = server.database(databaseIndex(options.word()));
    else throw errors.syntax();
  }
  if (target === db && from === to) throw sameObject();
  const entry = db.entry(from);
  if (!entry || (target.entry(to) && !replace)) return 0;
  target.delete(to);
  target.set(to, cloneValue(entry.value), entry.expiresAt);
  return 1;
}

function randomKey({ db }: Call): Reply {
  for (;;) {
    const entry = db.randomEntry({ volatile: false });
    // Looking at an expired one removes it: this comes to an end.
    if (!entry || db.peek(entry.key)) return entry?.key ?? null;
  }
}

function isAlive(entry: Entry, now: number): boolean {
  return entry.expiresAt > now;
}

function checkFlushMode(args: readonly string[]): void {
  const [, mode, ...rest] = args;
  if (rest.length > 0 || (mode !== undefined && !['SYNC', 'ASYNC'].includes(mode.toUpperCase()))) throw errors.syntax();
}

function sameObject(): CommandError {
  return new CommandError('ERR source and destination objects are the same');
}
