import type { Redis, Result } from 'ioredis';
import { ABANDONED_AFTER_MS } from '../domain/login-throttle.js';
import type { LoginAttempt, LoginOutcome, LoginThrottle, ThrottleVerdict } from '../domain/login-throttle.js';

/**
 * KEYS: the count (a hash of failures and blockedUntil) and the attempts under way (a sorted set by time). One script, hence
 * atomic; the clock is Redis's own, so that the instances need not agree on the time.
 */
const ADMIT = `
local limit, id, abandoned_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local count = redis.call('HMGET', KEYS[1], 'failures', 'blockedUntil')
local wait = tonumber(count[2] or '0') - now
if wait > 0 then return { 'refused', wait } end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - abandoned_ms)
if redis.call('ZCARD', KEYS[2]) >= math.max(1, limit - tonumber(count[1] or '0')) then return { 'busy', 0 } end
redis.call('ZADD', KEYS[2], now, id)
redis.call('PEXPIRE', KEYS[2], abandoned_ms)
return { 'admitted', 0 }
`;

/** ARGV: the attempt, what became of it, and the rule. The wait doubles with each failure beyond the limit. */
const SETTLE = `
local limit, window, first, longest = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[2] == 'succeeded' then redis.call('DEL', KEYS[1]) end
if ARGV[2] ~= 'failed' then return 0 end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local wait = 0
if failures >= limit then
  wait = math.min(longest, first * 2 ^ (failures - limit))
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  redis.call('HSET', KEYS[1], 'blockedUntil', string.format('%.0f', now + wait))
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', window + wait))
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    loginThrottleAdmit(
      count: string,
      underWay: string,
      limit: number,
      id: string,
      abandonedMs: number,
    ): Result<[ThrottleVerdict['outcome'], number], Context>;
    loginThrottleSettle(
      count: string,
      underWay: string,
      id: string,
      outcome: LoginOutcome,
      limit: number,
      windowMs: number,
      firstWaitMs: number,
      longestWaitMs: number,
    ): Result<number, Context>;
  }
}

/** The throttle that all instances share. Rejects when Redis is away or slow. */
export function createRedisLoginThrottle(redis: Redis): LoginThrottle {
  redis.defineCommand('loginThrottleAdmit', { numberOfKeys: 2, lua: ADMIT });
  redis.defineCommand('loginThrottleSettle', { numberOfKeys: 2, lua: SETTLE });
  return {
    async admit(attempt) {
      const keys = keysOf(attempt);
      const [outcome, waitMs] = await redis.loginThrottleAdmit(
        ...keys,
        attempt.failures,
        attempt.id,
        ABANDONED_AFTER_MS,
      );
      return outcome === 'refused' ? { outcome, waitMs } : { outcome };
    },
    async settle(attempt, outcome) {
      const { id, failures, windowMs, firstWaitMs, longestWaitMs } = attempt;
      await redis.loginThrottleSettle(...keysOf(attempt), id, outcome, failures, windowMs, firstWaitMs, longestWaitMs);
    },
  };
}

/** The braces put both keys into one slot of a Redis cluster. */
function keysOf({ key }: LoginAttempt): [string, string] {
  return [`auth:login:{${key}}:count`, `auth:login:{${key}}:under-way`];
}
