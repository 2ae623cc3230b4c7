import type { Redis, Result } from 'ioredis';
import { HELD_AT_MOST_MS } from '../domain/rate-limits.js';
import type { Attempt, Limiter, Verdict } from '../domain/rate-limits.js';

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

declare module 'ioredis' {
  interface RedisCommander<Context> {
    slidingWindowTake(
      log: string,
      open: string,
      windowMs: number,
      limit: number,
      id: string,
      held: 0 | 1,
      heldMs: number,
    ): Result<[Verdict['outcome'], number, number], Context>;
    slidingWindowSettle(log: string, open: string, id: string, failed: 0 | 1): Result<number, Context>;
  }
}

/** The sliding window that all gateways share. Rejects when Redis is away or slow. */
export function createRedisSlidingWindow(redis: Redis): Limiter {
  redis.defineCommand('slidingWindowTake', { numberOfKeys: 2, lua: TAKE });
  redis.defineCommand('slidingWindowSettle', { numberOfKeys: 2, lua: SETTLE });
  return {
    async take(attempt) {
      const { windowMs, limit, id, held } = attempt;
      const [outcome, remaining, resetMs] = await redis.slidingWindowTake(
        ...keysOf(attempt),
        windowMs,
        limit,
        id,
        held ? 1 : 0,
        HELD_AT_MOST_MS,
      );
      return { outcome, remaining, resetMs };
    },
    async settle(attempt, failed) {
      await redis.slidingWindowSettle(...keysOf(attempt), attempt.id, failed ? 1 : 0);
    },
  };
}

/** The braces put both keys into one slot of a Redis cluster. */
function keysOf({ key }: Attempt): [string, string] {
  return [`ratelimit:{${key}}:log`, `ratelimit:{${key}}:open`];
}
