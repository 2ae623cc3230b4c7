import type { Redis } from 'ioredis';
import type { Logger } from '../logging/index.js';
import { BreakerOpenError, createBreaker } from '../resilience/breaker.js';
import type { Breaker } from '../resilience/breaker.js';
import type { CacheSettings } from './settings.js';

/** A cache that failed this often is left alone for a while; then one command tries whether it is back. */
const BREAKER = { errorThresholdPercentage: 50, rollingWindowMs: 10_000, volumeThreshold: 5, resetTimeoutMs: 2000 };

/** What must be tried may take this long, ms, however impatient readers are: a copy that stays costs more than a wait. */
const INSIST_MS = 1000;

/** Why a command got no answer: the cache was not asked at all, or it failed or was too slow. */
export type NoAnswer = 'bypass' | 'error';

/** Sends commands to a cache that may be slow or away. */
export interface CommandGuard {
  /** In time and through the breaker; what goes wrong becomes a `NoAnswer`. */
  ask<T>(command: (redis: Redis) => Promise<T>): Promise<{ readonly answer: T } | { readonly none: NoAnswer }>;
  /** Past the breaker and with more patience: what must be tried. Rejects when it failed. */
  insist<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
  readonly breaker: Breaker;
}

/** @param settings asked at each command */
export function createCommandGuard(options: {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly settings: () => CacheSettings;
}): CommandGuard {
  const { redis, logger, settings } = options;
  let enabled = settings().breakerEnabled;
  const breaker = createBreaker('cache', { ...BREAKER, enabled }, ({ from, to }) =>
    logger.warn('the breaker of the cache changed', { from, to }),
  );
  return {
    async ask(command) {
      const { breakerEnabled, timeoutMs } = settings();
      if (breakerEnabled !== enabled) {
        enabled = breakerEnabled;
        breaker.configure({ ...BREAKER, enabled });
      }
      try {
        return { answer: await breaker.run(() => within(timeoutMs, () => command(redis))) };
      } catch (error) {
        if (error instanceof BreakerOpenError) return { none: 'bypass' };
        logger.debug('a cache command failed', { error });
        return { none: 'error' };
      }
    },
    insist: (command) => within(Math.max(settings().timeoutMs, INSIST_MS), () => command(redis)),
    breaker,
  };
}

/**
 * A process that was busy for longer than the timeout finds the timer due before it has read the answer, which may have been
 * there all the time: the answer gets one more turn of the event loop.
 */
async function within<T>(timeoutMs: number, command: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new Error(`The cache did not answer within ${timeoutMs} ms.`));
    timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  });
  try {
    return await Promise.race([command(), late]);
  } finally {
    clearTimeout(timer);
  }
}
