import { CommandError, errors } from '../resp/command-error.js';
import type { Reply } from '../resp/reply.js';
import { bitAt, readUnit } from './bitmaps.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

export const bitOperationCommands: readonly Command[] = [
  command('bitop', -4, 'write', combineBits, { keys: [2, -1, 1] }),
  command('bitpos', -3, 'read', findBit),
];

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  AND: (a, b) => a & b,
  OR: (a, b) => a | b,
  XOR: (a, b) => a ^ b,
};

function combineBits(
  { db }: Call,
  [, name, target, ...keys]: readonly [string, string, string, string, ...string[]],
): Reply {
  const upper = name.toUpperCase();
  const operation = OPERATIONS[upper];
  if (!operation && upper !== 'NOT') throw errors.syntax();
  if (!operation && keys.length !== 1) {
    throw new CommandError('ERR BITOP NOT must be called with a single source key.');
  }
  const sources = keys.map((key) => Buffer.from(db.find(key, 'string') ?? '', 'latin1'));
  const result = Buffer.alloc(Math.max(...sources.map(({ length }) => length)));
  for (let index = 0; index < result.length; index += 1) {
    const bytes = sources.map((source) => source[index] ?? 0);
    result[index] = operation ? bytes.reduce(operation) : ~(bytes[0] ?? 0);
  }
  if (result.length === 0) db.delete(target);
  else db.setString(target, result.toString('latin1'));
  return result.length;
}

function findBit({ db }: Call, args: readonly [string, string, string, ...string[]]): Reply {
  if (!/^-?\d+$/.test(args[2])) throw errors.notInteger();
  if (args[2] !== '0' && args[2] !== '1') throw new CommandError('ERR The bit argument must be 1 or 0.');
  const wanted = Number(args[2]);
  const text = db.read(args[1], 'string');
  // As in Redis, the rest is not looked at when there is nothing to search.
  if (text === undefined) return wanted === 1 ? -1 : 0;
  const options = new OptionReader(args, 3);
  const first = options.atEnd() ? 0 : parseInteger(options.word());
  const hasEnd = !options.atEnd();
  const last = hasEnd ? parseInteger(options.word()) : -1;
  const unit = !options.atEnd() && readUnit(options) === 'BIT' ? 1 : 8;
  if (!options.atEnd()) throw errors.syntax();
  const length = (text.length * 8) / unit;
  const from = first < 0 ? Math.max(0, length + first) : first;
  const to = Math.min(length - 1, last < 0 ? Math.max(0, length + last) : last);
  for (let offset = from * unit; offset < (to + 1) * unit; offset += 1) {
    if (bitAt(text, offset) === wanted) return offset;
  }
  // Without an end, the string goes on with zeros.
  return wanted === 0 && !hasEnd && from <= to ? text.length * 8 : -1;
}
