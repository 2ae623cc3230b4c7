import type { Redis } from 'ioredis';
import type { Limiter } from '../domain/rate-limits.js';
import { createRedisScriptedLimiter } from './redis-scripted-limiter.js';

/**
 * A sliding-window log. KEYS: the log (a sorted set of attempts by time) and those of its attempts whose outcome is open.
 * One script, hence atomic; the clock is Redis's own, so that the gateways need not agree on the time.
 */
const TAKE = `
local window, limit, id, held, held_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1', tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - math.min(window, held_ms))
local logged = redis.call('ZCARD', KEYS[1])
local failed = logged - redis.call('ZCARD', KEYS[2])
local outcome = 'admitted'
if failed >= limit then outcome = 'refused' elseif logged >= limit then outcome = 'wait' end
if outcome == 'admitted' then
  redis.call('ZADD', KEYS[1], now, id)
  redis.call('PEXPIRE', KEYS[1], window)
  if held then
    redis.call('ZADD', KEYS[2], now, id)
    redis.call('PEXPIRE', KEYS[2], window)
  end
  logged = logged + 1
end
local index = math.max(0, logged - limit)
local next = redis.call('ZRANGE', KEYS[1], index, index, 'WITHSCORES')
return { outcome, math.max(0, limit - logged), tonumber(next[2]) + window - now }
`;

/** ARGV: the attempt, and 1 if it failed. A success leaves the log; a failure only stops being open. */
const SETTLE = `
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[2] == '0' then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
`;

/** The sliding window that all gateways share. Rejects when Redis is away or slow. */
export const createRedisSlidingWindow = (redis: Redis): Limiter =>
  createRedisScriptedLimiter(redis, { name: 'log', take: TAKE, settle: SETTLE });
