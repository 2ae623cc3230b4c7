import { CommandError } from '../resp/command-error.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { parseExpireTime } from './expire-time.js';
import type { ExpireUnit } from './expire-time.js';

export const expirationCommands: readonly Command[] = [
  expire('expire', 'EX'),
  expire('pexpire', 'PX'),
  expire('expireat', 'EXAT'),
  expire('pexpireat', 'PXAT'),
  command('ttl', 2, 'read', (call, [, key]) => remaining(call, key, (at) => Math.round((at - call.server.now) / 1000))),
  command('pttl', 2, 'read', (call, [, key]) => remaining(call, key, (at) => at - call.server.now)),
  command('expiretime', 2, 'read', (call, [, key]) => remaining(call, key, (at) => Math.round(at / 1000))),
  command('pexpiretime', 2, 'read', (call, [, key]) => remaining(call, key, (at) => at)),
  command('persist', 2, 'write', ({ db }, [, key]) => {
    const entry = db.entry(key);
    if (!entry || entry.expiresAt === Infinity) return 0;
    db.expireAt(key, Infinity);
    return 1;
  }),
];

function expire(name: string, unit: ExpireUnit): Command {
  return command(name, -3, 'write', ({ db, server }, [, key, time, ...options]) => {
    const expiresAt = parseExpireTime(name, unit, time, server.now);
    const allowed = parseConditions(options);
    const entry = db.entry(key);
    if (!entry || !allowed(entry.expiresAt, expiresAt)) return 0;
    if (expiresAt <= server.now) db.delete(key);
    else db.expireAt(key, expiresAt);
    return 1;
  });
}

/** NX, XX, GT and LT; a key without an expiry counts as expiring at infinity. */
function parseConditions(options: readonly string[]): (current: number, next: number) => boolean {
  const flags = new Set(options.map((option) => option.toUpperCase()));
  for (const [index, flag] of [...flags].entries()) {
    if (!['NX', 'XX', 'GT', 'LT'].includes(flag))
      throw new CommandError(`ERR Unsupported option ${options[index] ?? flag}`);
  }
  if (flags.has('NX') && flags.size > 1) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  }
  if (flags.has('GT') && flags.has('LT')) {
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  }
  return (current, next) =>
    !(flags.has('NX') && current !== Infinity) &&
    !(flags.has('XX') && current === Infinity) &&
    !(flags.has('GT') && next <= current) &&
    !(flags.has('LT') && next >= current);
}

function remaining({ db }: Call, key: string, format: (expiresAt: number) => number): Reply {
  const entry = db.peek(key);
  if (!entry) return -2;
  return entry.expiresAt === Infinity ? -1 : format(entry.expiresAt);
}
