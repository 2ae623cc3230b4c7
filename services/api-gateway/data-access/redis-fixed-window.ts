import type { Redis } from 'ioredis';
import type { Limiter } from '../domain/rate-limits.js';
import { createRedisScriptedLimiter } from './redis-scripted-limiter.js';

/** KEYS: the count of the present window (its index, and how many are taken), and the attempts of it whose outcome is open. */
const TAKE = `
local window, limit, id, held, held_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1', tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local index = math.floor(now / window)
local left = (index + 1) * window - now
if tonumber(redis.call('HGET', KEYS[1], 'index') or '-1') ~= index then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'index', index, 'taken', 0)
  redis.call('PEXPIRE', KEYS[1], left)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - held_ms)
local taken = tonumber(redis.call('HGET', KEYS[1], 'taken'))
local failed = taken - redis.call('ZCARD', KEYS[2])
local outcome = 'admitted'
if failed >= limit then outcome = 'refused' elseif taken >= limit then outcome = 'wait' end
if outcome == 'admitted' then
  taken = redis.call('HINCRBY', KEYS[1], 'taken', 1)
  if held then
    redis.call('ZADD', KEYS[2], now, id)
    redis.call('PEXPIRE', KEYS[2], left)
  end
end
return { outcome, math.max(0, limit - taken), left }
`;

/** ARGV: the attempt, and 1 if it failed. One of a window that is over changes nothing. */
const SETTLE = `
local was_open = redis.call('ZREM', KEYS[2], ARGV[1]) == 1
if was_open and ARGV[2] == '0' and redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'taken', -1) end
return 1
`;

/** Windows that follow each other by Redis's clock, the same for all clients: cheap, and twice the limit around an edge. */
export const createRedisFixedWindow = (redis: Redis): Limiter =>
  createRedisScriptedLimiter(redis, { name: 'fixed', take: TAKE, settle: SETTLE });
