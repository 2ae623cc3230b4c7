import { OutageError } from '@quickbite/shared/events';
import type { Redis } from 'ioredis';
import type { Claims } from '../domain/claims.js';

/** A holder that has not finished by then is taken for dead. */
const CLAIM_MS = 5000;
const DONE_S = 24 * 3600;
const keyOf = (key: string): string => `notification:claim:${key}`;

/** Claims in Redis: one `SET NX` with an expiry, so that of two consumers one gets it, and a dead one does not keep it. */
export function createRedisClaims(redis: Redis): Claims {
  return {
    claim: (key) =>
      orOutage(async () => {
        if ((await redis.set(keyOf(key), 'in work', 'PX', CLAIM_MS, 'NX')) === 'OK') return 'claimed';
        return (await redis.get(keyOf(key))) === 'done' ? 'done' : 'in work';
      }),
    isDone: (key) => orOutage(async () => (await redis.get(keyOf(key))) === 'done'),
    async markDone(key) {
      await orOutage(() => redis.set(keyOf(key), 'done', 'EX', DONE_S));
    },
    async release(key) {
      await orOutage(() => redis.del(keyOf(key)));
    },
  };
}

/** Without Redis nobody can say what was done: the message waits, it is not to blame. */
async function orOutage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OutageError('Redis is away, and dedupe.strategy needs it', { cause });
  }
}
