import type { Logger } from '@quickbite/shared/logging';
import type { Redis } from 'ioredis';
import type { Tracking } from '../domain/presence.js';

/** Publishes to the channel `tracking:{orderId}`, which the gateways listen to. */
export function createRedisTracking(redis: Redis, logger: Logger): Tracking {
  return {
    publish(event) {
      redis.publish(`tracking:${event.orderId}`, JSON.stringify(event)).catch((error: unknown) => {
        logger.debug('a position was not published', { orderId: event.orderId, error });
      });
    },
  };
}
