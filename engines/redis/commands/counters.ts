import { CommandError, errors } from '../resp/command-error.js';
import { formatPlain } from '../resp/number-format.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { addInt64, fitsInt64, integerReply, parseFloatStrictly, parseInt64 } from './parse-numbers.js';

export const counterCommands: readonly Command[] = [
  command('incr', 2, 'write', (call, [, key]) => increment(call, key, '1')),
  command('decr', 2, 'write', (call, [, key]) => increment(call, key, '-1')),
  command('incrby', 3, 'write', (call, [, key, amount]) => increment(call, key, amount)),
  command('decrby', 3, 'write', (call, [, key, amount]) => increment(call, key, negate(amount))),
  command('incrbyfloat', 3, 'write', ({ db }, [, key, amount]) => {
    const sum = parseFloatStrictly(db.find(key, 'string') ?? '0') + parseFloatStrictly(amount);
    if (!Number.isFinite(sum)) throw errors.notANumber();
    const text = formatPlain(sum);
    db.updateString(key, text);
    return text;
  }),
];

function increment({ db }: Call, key: string, amount: string): Reply {
  parseInt64(amount);
  const text = addInt64(db.find(key, 'string') ?? '0', amount);
  db.updateString(key, text);
  return integerReply(text);
}

function negate(amount: string): string {
  const negated = -parseInt64(amount);
  if (!fitsInt64(negated)) throw new CommandError('ERR decrement would overflow');
  return negated.toString();
}
