import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RedisContext } from './redis-context.test.js';

interface Exchange {
  readonly command: readonly [string, ...string[]];
  readonly reply?: unknown;
  readonly error?: string;
}

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/behaviours-of-redis-7.0.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, readonly Exchange[]>>>>;

/** Their elements come in the order of a hash table with a random seed. */
const UNORDERED = new Set(['sinter', 'sunion', 'sdiff', 'smembers', 'keys', 'hkeys', 'hvals']);

/** Commands on one connection, answered as Redis 7.0.15 did when they were recorded. */
export function recordedBehaviours({ redis }: RedisContext): void {
  describe.each(Object.entries(recorded))('%s', (_family, behaviours) => {
    it.each(Object.entries(behaviours))('%s', async (_behaviour, exchanges) => {
      for (const { command, reply, error } of exchanges) {
        const expected = error === undefined ? { command, reply: comparable(reply, command[0]) } : { command, error };
        const actual = await redis()
          .call(...command)
          .then(
            (value) => ({ command, reply: comparable(value, command[0]) }),
            (failure: unknown) => ({ command, error: (failure as Error).message }),
          );
        expect(actual).toEqual(expected);
      }
    });
  });
}

/** A reply as it is in the record: an error among the answers of EXEC by its message. */
function comparable(reply: unknown, command: string): unknown {
  if (reply instanceof Error) return { error: reply.message };
  if (!Array.isArray(reply)) return reply;
  const items = reply.map((item: unknown) => comparable(item, command));
  return UNORDERED.has(command) ? items.sort() : items;
}
