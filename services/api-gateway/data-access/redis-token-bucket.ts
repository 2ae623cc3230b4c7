import type { Redis } from 'ioredis';
import type { Limiter } from '../domain/rate-limits.js';
import { createRedisScriptedLimiter } from './redis-scripted-limiter.js';

/** KEYS: the bucket (its tokens, and when they were counted), and the attempts whose outcome is open. A full one is not kept. */
const TAKE = `
local window, limit, id, held, held_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1', tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local tokens = tonumber(redis.call('HGET', KEYS[1], 'tokens') or limit)
local at = tonumber(redis.call('HGET', KEYS[1], 'at') or now)
tokens = math.min(limit, tokens + math.max(0, now - at) * limit / window)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - held_ms)
local outcome = 'refused'
if tokens >= 1 then outcome = 'admitted' elseif tokens + redis.call('ZCARD', KEYS[2]) >= 1 then outcome = 'wait' end
if outcome == 'admitted' then
  tokens = tokens - 1
  if held then
    redis.call('ZADD', KEYS[2], now, id)
    redis.call('PEXPIRE', KEYS[2], held_ms)
  end
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((limit - tokens) * window / limit) + 1)
local whole = math.floor(tokens)
return { outcome, whole, math.ceil((whole + 1 - tokens) * window / limit) }
`;

/** ARGV: the attempt, 1 if it failed, and the limit. A success puts its token back. */
const SETTLE = `
local was_open = redis.call('ZREM', KEYS[2], ARGV[1]) == 1
local tokens = redis.call('HGET', KEYS[1], 'tokens')
if was_open and ARGV[2] == '0' and tokens then
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', math.min(tonumber(ARGV[3]), tonumber(tokens) + 1)))
end
return 1
`;

/** A bucket for each client: a burst of the limit, then one place every `windowMs / limit`. Two numbers, whatever the limit. */
export const createRedisTokenBucket = (redis: Redis): Limiter =>
  createRedisScriptedLimiter(redis, { name: 'bucket', take: TAKE, settle: SETTLE });
