import { LRUCache } from 'lru-cache';
import { HELD_AT_MOST_MS, MAX_LOCAL_CLIENTS } from './rate-limits.js';
import type { Attempt, Limiter } from './rate-limits.js';

interface Entry {
  readonly id: string;
  readonly at: number;
  held: boolean;
}

/** A sliding window of this process alone: what a gateway falls back on while Redis is away. */
export function createLocalSlidingWindow(now: () => number = () => performance.now()): Limiter {
  const logs = new LRUCache<string, Entry[]>({ max: MAX_LOCAL_CLIENTS });

  function current({ key, windowMs }: Attempt): Entry[] {
    const entries = (logs.get(key) ?? []).filter(({ at }) => now() - at < windowMs);
    logs.set(key, entries);
    return entries;
  }

  return {
    take(attempt) {
      const { limit, windowMs, id, held } = attempt;
      const log = current(attempt);
      const failed = log.filter((entry) => !entry.held || now() - entry.at >= HELD_AT_MOST_MS).length;
      const outcome = failed >= limit ? 'refused' : log.length >= limit ? 'wait' : 'admitted';
      if (outcome === 'admitted') log.push({ id, at: now(), held });
      const next = log[Math.max(0, log.length - limit)];
      return Promise.resolve({
        outcome,
        remaining: Math.max(0, limit - log.length),
        resetMs: next ? next.at + windowMs - now() : windowMs,
      });
    },
    settle(attempt, failed) {
      const log = current(attempt);
      const index = log.findIndex(({ id }) => id === attempt.id);
      const entry = log[index];
      if (entry && failed) entry.held = false;
      else if (entry) log.splice(index, 1);
      return Promise.resolve();
    },
  };
}
