import { CommandError } from '../resp/command-error.js';
import { Double, NO_REPLY, NULL_ARRAY } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command, TWO_KEYS } from './command.js';
import type { Call, Command, KeyPositions } from './command.js';
import { move, parseListEnd, pop } from './lists.js';
import type { ListEnd } from './lists.js';
import { parseFloatStrictly } from './parse-numbers.js';

const KEYS_THEN_TIMEOUT: KeyPositions = [1, -2, 1];

/** Commands that wait for an element. Inside MULTI they answer at once, and scripts may not use them, as in Redis. */
export const blockingCommands: readonly Command[] = [
  popFirst('blpop', (call, key) => popList(call, key, 'LEFT')),
  popFirst('brpop', (call, key) => popList(call, key, 'RIGHT')),
  popFirst('bzpopmin', (call, key) => popScored(call, key, 'lowest')),
  popFirst('bzpopmax', (call, key) => popScored(call, key, 'highest')),
  command(
    'blmove',
    6,
    'write',
    (call, [, from, to, take, put, timeout]) => {
      const ends = { take: parseListEnd(take), put: parseListEnd(put) };
      return wait(call, [from], timeout, null, () => move(call, { from, to, ...ends }));
    },
    { keys: TWO_KEYS, noScript: true },
  ),
  command(
    'brpoplpush',
    4,
    'write',
    (call, [, from, to, timeout]) => {
      return wait(call, [from], timeout, null, () => move(call, { from, to, take: 'RIGHT', put: 'LEFT' }));
    },
    { keys: TWO_KEYS, noScript: true },
  ),
];

function popFirst(name: string, take: (call: Call, key: string) => Reply[] | undefined): Command {
  return command(
    name,
    -3,
    'write',
    (call, [, ...words]) => {
      const keys = words.slice(0, -1);
      return wait(call, keys, words[words.length - 1] ?? '', NULL_ARRAY, () => {
        for (const key of keys) {
          const taken = take(call, key);
          if (taken) return taken;
        }
        return undefined;
      });
    },
    { keys: KEYS_THEN_TIMEOUT, noScript: true },
  );
}

/** Tries; where there is nothing, has the session wait and tries again when one of the keys was written. */
export function wait(
  call: Call,
  keys: readonly string[],
  timeout: string,
  onTimeout: Reply,
  attempt: () => Reply | undefined,
): Reply {
  const timeoutMs = parseTimeout(timeout);
  const reply = attempt();
  if (reply !== undefined) return reply;
  if (call.server.nested) return onTimeout;
  call.server.blocked.block({
    session: call.session,
    database: call.db.index,
    keys,
    timeoutMs,
    onTimeout,
    attempt: () => unlessWrongType(attempt),
  });
  return NO_REPLY;
}

/** A key that turned into another type is passed over: the session goes on waiting. */
function unlessWrongType(attempt: () => Reply | undefined): Reply | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

function parseTimeout(text: string): number {
  const seconds = parseFloatStrictly(text, () => new CommandError('ERR timeout is not a float or out of range'));
  if (seconds < 0) throw new CommandError('ERR timeout is negative');
  if (seconds * 1000 > 2 ** 31 - 1) throw new CommandError('ERR timeout is out of range');
  return Math.ceil(seconds * 1000);
}

function popList(call: Call, key: string, end: ListEnd): Reply[] | undefined {
  const [value] = pop(call, key, end, 1) ?? [];
  return value === undefined ? undefined : [key, value];
}

function popScored({ db }: Call, key: string, which: 'lowest' | 'highest'): Reply[] | undefined {
  const set = db.find(key, 'zset');
  if (!set) return undefined;
  const position = which === 'lowest' ? 0 : set.size - 1;
  const [element] = set.removeSlice(position, position + 1);
  db.touched(key);
  return element && [key, element.member, new Double(element.score)];
}
