import { randomUUID } from 'node:crypto';
import type { connectRedis } from '@quickbite/shared/cache';
import { AppError } from '@quickbite/shared/errors';
import type { PendingLock } from '../domain/guard-pending.js';

/** Numbers are kept longer than anybody could hold on to one, s. */
const FENCE_S = 86_400;

/** Deletes the lock only if it is still ours: it may have expired, and be somebody else's by now. */
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * A lock in Redis: `SET NX PX` with a token, and a number from `INCR`.
 * @param lockMs after how long it expires, ms; asked at each time. Longer than placing an order takes
 */
export function createPendingLock(redis: ReturnType<typeof connectRedis>, lockMs: () => number): PendingLock {
  return {
    async acquire(key) {
      const lock = `orders:pending-lock:${key}`;
      const token = randomUUID();
      try {
        if ((await redis.set(lock, token, 'PX', lockMs(), 'NX')) !== 'OK') return undefined;
        const fence = await redis.incr(`orders:pending-fence:${key}`);
        await redis.expire(`orders:pending-fence:${key}`, FENCE_S);
        return {
          fence,
          // A lock that cannot be given back expires.
          release: () =>
            redis.eval(RELEASE, 1, lock, token).then(
              () => undefined,
              () => undefined,
            ),
        };
      } catch (cause) {
        throw new AppError('upstream-unavailable', 'Orders cannot be placed while the lock is away. Try again later.', {
          cause,
        });
      }
    },
  };
}
