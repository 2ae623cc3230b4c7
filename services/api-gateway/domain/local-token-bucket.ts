import { LRUCache } from 'lru-cache';
import { HELD_AT_MOST_MS, MAX_LOCAL_CLIENTS } from './rate-limits.js';
import type { Attempt, Limiter } from './rate-limits.js';

interface Bucket {
  tokens: number;
  /** When they were counted last. */
  at: number;
  /** Held attempts by the time at which they began. */
  readonly open: Map<string, number>;
}

/** A bucket that holds `limit` tokens and is filled evenly, `limit` in a window; each attempt takes one. */
export function createLocalTokenBucket(now: () => number = () => performance.now()): Limiter {
  const buckets = new LRUCache<string, Bucket>({ max: MAX_LOCAL_CLIENTS });

  function current({ key, limit, windowMs }: Attempt): Bucket {
    const bucket = buckets.get(key) ?? { tokens: limit, at: now(), open: new Map<string, number>() };
    bucket.tokens = Math.min(limit, bucket.tokens + ((now() - bucket.at) * limit) / windowMs);
    bucket.at = now();
    buckets.set(key, bucket);
    return bucket;
  }

  return {
    take(attempt) {
      const { limit, windowMs, id, held } = attempt;
      const bucket = current(attempt);
      for (const [one, since] of bucket.open) if (now() - since >= HELD_AT_MOST_MS) bucket.open.delete(one);
      const withOpen = bucket.tokens + bucket.open.size;
      const outcome = bucket.tokens >= 1 ? 'admitted' : withOpen >= 1 ? 'wait' : 'refused';
      if (outcome === 'admitted') {
        bucket.tokens -= 1;
        if (held) bucket.open.set(id, now());
      }
      const whole = Math.floor(bucket.tokens);
      return Promise.resolve({
        outcome,
        remaining: whole,
        resetMs: Math.ceil(((whole + 1 - bucket.tokens) * windowMs) / limit),
      });
    },
    settle(attempt, failed) {
      const bucket = current(attempt);
      if (bucket.open.delete(attempt.id) && !failed) bucket.tokens = Math.min(attempt.limit, bucket.tokens + 1);
      return Promise.resolve();
    },
  };
}
