import { Redis } from 'ioredis';
import type { ReadinessCheck } from '../http/index.js';
import type { Logger } from '../logging/index.js';

/** Upper bound of the pause between attempts to reconnect, ms. */
const MAX_RECONNECT_MS = 1000;

/**
 * A Redis connection for things that the service can do without: commands fail at once while it is away, and after
 * `commandTimeoutMs` when it is slow; it reconnects by itself.
 */
export function connectRedis(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly commandTimeoutMs: number;
  /** Sends the commands of one turn of the event loop in one write, for a connection that many requests share. Default false. */
  readonly batches?: boolean;
}): Redis {
  const redis = new Redis(options.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: 2000,
    enableAutoPipelining: options.batches ?? false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, MAX_RECONNECT_MS),
  });
  let up: boolean | undefined;
  redis.on('ready', () => {
    if (up !== true) options.logger.info('redis connected');
    up = true;
  });
  // ioredis emits an error for each failed attempt; the log needs the change, not the repetition.
  redis.on('error', (error: unknown) => {
    if (up !== false) options.logger.warn('redis is away; continuing without it', { error });
    up = false;
  });
  return redis;
}

/** Reported in readiness, but optional: a cache is not a reason to refuse work. */
export function redisReadiness(redis: Redis): ReadinessCheck {
  return {
    name: 'redis',
    optional: true,
    async check() {
      if (redis.status !== 'ready') throw new Error(redis.status);
      await redis.ping();
    },
  };
}
