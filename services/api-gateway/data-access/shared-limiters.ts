import type { Redis } from 'ioredis';
import type { Algorithm } from '../domain/limit-algorithms.js';
import type { Limiter } from '../domain/rate-limits.js';
import { createRedisFixedWindow } from './redis-fixed-window.js';
import { createRedisSlidingWindow } from './redis-sliding-window.js';
import { createRedisTokenBucket } from './redis-token-bucket.js';

/** What all gateways count with together. Each rejects when Redis is away or slow. */
export const sharedLimiters = (redis: Redis): Readonly<Record<Algorithm, Limiter>> => ({
  'sliding-window': createRedisSlidingWindow(redis),
  'fixed-window': createRedisFixedWindow(redis),
  'token-bucket': createRedisTokenBucket(redis),
});
