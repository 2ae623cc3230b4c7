import type { Topic } from '../../protocol/index.js';
import { cacheAside } from '../cache-aside/scenario.js';
import { cacheInvalidation } from '../cache-invalidation/scenario.js';
import { cachePatterns } from '../cache-patterns/scenario.js';
import { cachePenetration } from '../cache-penetration/scenario.js';
import { redisDown } from '../redis-down/scenario.js';
import { redisSlow } from '../redis-slow/scenario.js';
import { thunderingHerd } from '../thundering-herd/scenario.js';

export const caching: Topic = {
  title: 'Caching',
  scenarios: [cacheAside, cacheInvalidation, cachePenetration, cachePatterns, thunderingHerd, redisDown, redisSlow],
};
