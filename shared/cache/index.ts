export { createCache } from './cache-aside.js';
export type { Cache, CacheOutcome, CachedRead } from './cache-aside.js';
export { connectRedis, redisReadiness } from './connect-redis.js';
