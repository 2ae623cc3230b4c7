import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { withRedis } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf, repeat } from '../measurement/repetitions.js';

const TRIES = 10;
const LOCK_MS = 100;
const WORK_MS = 250;

export const redisLock: Probe = {
  id: 'redis-lock',
  question: 'Does SETNX take an expiry, and who frees whose lock when the work takes longer than the expiry?',
  engines: ['redis'],
  figures: {
    'setnx-with-expiry': 'calls of SETNX with an expiry that the server took, of ten',
    'set-nx-px': 'calls of SET with NX and PX that left a lock with an expiry, of ten',
    'holders-in-time': 'the most workers at once under a lock whose expiry is longer than the work',
    'holders-too-late': 'the most workers at once under a lock whose expiry is shorter than the work',
    'foreign-locks-freed-by-del': "locks of others that DEL without a token freed, of the worker's ten",
    'foreign-locks-freed-by-token': 'the same, with compare-and-delete',
  },
  measure: (lab) =>
    withRedis(lab, async (redis) => {
      const taken = await repeat(TRIES, (n) =>
        redis.call('SETNX', `lock:${String(n)}`, '1', '10').then(
          () => 1,
          () => 0,
        ),
      );
      const expiring = await repeat(TRIES, async (n) => {
        await redis.set(`good:${String(n)}`, 'token', 'PX', 10_000, 'NX');
        return (await redis.pttl(`good:${String(n)}`)) > 0 ? 1 : 0;
      });
      const freed = (release: Release) => repeat(TRIES, () => freesForeignLock(redis, release));
      return measurementOf({
        'setnx-with-expiry': counted(sum(taken), TRIES),
        'set-nx-px': counted(sum(expiring), TRIES),
        'holders-in-time': counted(await holdersAtOnce(redis, 10_000, 10), 4),
        'holders-too-late': counted(await holdersAtOnce(redis, LOCK_MS, WORK_MS), 4),
        'foreign-locks-freed-by-del': counted(sum(await freed('del')), TRIES),
        'foreign-locks-freed-by-token': counted(sum(await freed('token')), TRIES),
      });
    }),
};

type Release = 'del' | 'token';
const COMPARE_AND_DELETE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`;

/** A's lock has expired and B holds it when A releases "its" lock. @returns 1 when B's lock is gone */
async function freesForeignLock(redis: Redis, release: Release): Promise<number> {
  await redis.del('lock');
  await redis.set('lock', 'a', 'PX', 1, 'NX');
  while ((await redis.exists('lock')) === 1) await pause(1);
  await redis.set('lock', 'b', 'PX', 10_000, 'NX');
  if (release === 'del') await redis.del('lock');
  else await redis.eval(COMPARE_AND_DELETE, 1, 'lock', 'a');
  return (await redis.exists('lock')) === 0 ? 1 : 0;
}

/** Four workers want the same lock; each works a while and releases it by its token. @returns the most that worked at once */
async function holdersAtOnce(redis: Redis, lockMs: number, workMs: number): Promise<number> {
  let [now, most] = [0, 0];
  const worker = async (_: unknown, n: number): Promise<void> => {
    const [key, token] = ['busy', String(n)];
    while ((await redis.set(key, token, 'PX', lockMs, 'NX')) === null) await pause(5);
    now += 1;
    most = Math.max(most, now);
    await pause(workMs);
    now -= 1;
    await redis.eval(COMPARE_AND_DELETE, 1, key, token);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return most;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
