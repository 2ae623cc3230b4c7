import { LRUCache } from 'lru-cache';
import { HELD_AT_MOST_MS, MAX_LOCAL_CLIENTS } from './rate-limits.js';
import type { Attempt, Limiter } from './rate-limits.js';

interface Count {
  readonly index: number;
  taken: number;
  /** Held attempts by the time at which they began. */
  readonly open: Map<string, number>;
}

/** Counts within windows that follow each other: at each edge all places are free again. */
export function createLocalFixedWindow(now: () => number = () => performance.now()): Limiter {
  const counts = new LRUCache<string, Count>({ max: MAX_LOCAL_CLIENTS });

  function current({ key, windowMs }: Attempt): Count {
    const index = Math.floor(now() / windowMs);
    const known = counts.get(key);
    if (known?.index === index) return known;
    const fresh = { index, taken: 0, open: new Map<string, number>() };
    counts.set(key, fresh);
    return fresh;
  }

  return {
    take(attempt) {
      const { limit, windowMs, id, held } = attempt;
      const count = current(attempt);
      for (const [one, since] of count.open) if (now() - since >= HELD_AT_MOST_MS) count.open.delete(one);
      const failed = count.taken - count.open.size;
      const outcome = failed >= limit ? 'refused' : count.taken >= limit ? 'wait' : 'admitted';
      if (outcome === 'admitted') {
        count.taken += 1;
        if (held) count.open.set(id, now());
      }
      return Promise.resolve({
        outcome,
        remaining: Math.max(0, limit - count.taken),
        resetMs: (count.index + 1) * windowMs - now(),
      });
    },
    settle(attempt, failed) {
      const count = current(attempt);
      if (count.open.delete(attempt.id) && !failed) count.taken -= 1;
      return Promise.resolve();
    },
  };
}
