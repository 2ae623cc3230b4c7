import { CommandError, errors } from '../resp/command-error.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

const LAST_BIT = 2 ** 32 - 1;

export const bitmapCommands: readonly Command[] = [
  command('setbit', 4, 'write', ({ db }, [, key, offsetText, bitText]) => {
    const offset = parseOffset(offsetText);
    if (bitText !== '0' && bitText !== '1') throw new CommandError('ERR bit is not an integer or out of range');
    const byteIndex = offset >>> 3;
    const mask = 0x80 >> (offset & 7);
    const text = (db.find(key, 'string') ?? '').padEnd(byteIndex + 1, '\0');
    const byte = text.charCodeAt(byteIndex);
    const changed = bitText === '1' ? byte | mask : byte & ~mask;
    db.updateString(key, text.slice(0, byteIndex) + String.fromCharCode(changed) + text.slice(byteIndex + 1));
    return byte & mask ? 1 : 0;
  }),
  command('getbit', 3, 'read', ({ db }, [, key, offsetText]) => {
    const offset = parseOffset(offsetText);
    return bitAt(db.read(key, 'string') ?? '', offset);
  }),
  command('bitcount', -2, 'read', bitCount),
];

function parseOffset(text: string): number {
  const failure = () => new CommandError('ERR bit offset is not an integer or out of range');
  const offset = parseInteger(text, failure);
  if (offset < 0 || offset > LAST_BIT) throw failure();
  return offset;
}

export function bitAt(text: string, offset: number): 0 | 1 {
  const byteIndex = Math.floor(offset / 8);
  return byteIndex < text.length && text.charCodeAt(byteIndex) & (0x80 >> (offset & 7)) ? 1 : 0;
}

function bitCount({ db }: Call, args: readonly [string, string, ...string[]]): Reply {
  const text = db.read(args[1], 'string');
  // As in Redis, the rest is not looked at when there is nothing to count.
  if (text === undefined) return 0;
  const options = new OptionReader(args, 2);
  const range = options.atEnd() ? undefined : [parseInteger(options.word()), parseInteger(options.word())];
  const byBit = !options.atEnd() && readUnit(options) === 'BIT';
  if (!options.atEnd()) throw errors.syntax();
  const length = byBit ? text.length * 8 : text.length;
  const [first = 0, last = -1] = range ?? [];
  const from = first < 0 ? Math.max(0, length + first) : first;
  const to = Math.min(length - 1, last < 0 ? length + last : last);
  let count = 0;
  if (byBit) {
    for (let offset = from; offset <= to; offset += 1) count += bitAt(text, offset);
  } else {
    for (let index = from; index <= to; index += 1) count += onesIn(text.charCodeAt(index));
  }
  return count;
}

export function readUnit(options: OptionReader): 'BYTE' | 'BIT' {
  const unit = options.option();
  if (unit !== 'BYTE' && unit !== 'BIT') throw errors.syntax();
  return unit;
}

function onesIn(byte: number): number {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}
