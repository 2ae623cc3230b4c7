import { LRUCache } from 'lru-cache';
import { ABANDONED_AFTER_MS, waitAfter } from './login-throttle.js';
import type { LoginAttempt, LoginThrottle } from './login-throttle.js';

/** Bounds the memory: beyond it, the accounts that were tried longest ago are forgotten. */
const MAX_KEYS = 10_000;

interface Entry {
  failures: number;
  blockedUntil: number;
  forgottenAt: number;
  /** When each attempt that is under way began. */
  readonly underWay: Map<string, number>;
}

/** A throttle of this process alone: what login falls back on while Redis is away. */
export function createLocalLoginThrottle(now: () => number = () => performance.now()): LoginThrottle {
  const entries = new LRUCache<string, Entry>({ max: MAX_KEYS });

  function current({ key }: LoginAttempt): Entry {
    const known = entries.get(key);
    const entry = known ?? { failures: 0, blockedUntil: 0, forgottenAt: Infinity, underWay: new Map<string, number>() };
    if (!known) entries.set(key, entry);
    if (now() >= entry.forgottenAt) Object.assign(entry, { failures: 0, blockedUntil: 0, forgottenAt: Infinity });
    for (const [id, at] of entry.underWay) if (now() - at >= ABANDONED_AFTER_MS) entry.underWay.delete(id);
    return entry;
  }

  return {
    admit(attempt) {
      const { failures, blockedUntil, underWay } = current(attempt);
      const waitMs = blockedUntil - now();
      if (waitMs > 0) return Promise.resolve({ outcome: 'refused', waitMs });
      if (underWay.size >= Math.max(1, attempt.failures - failures)) return Promise.resolve({ outcome: 'busy' });
      underWay.set(attempt.id, now());
      return Promise.resolve({ outcome: 'admitted' });
    },
    settle(attempt, outcome) {
      const entry = current(attempt);
      entry.underWay.delete(attempt.id);
      if (outcome === 'succeeded') Object.assign(entry, { failures: 0, blockedUntil: 0, forgottenAt: Infinity });
      if (outcome === 'failed') {
        entry.failures += 1;
        const waitMs = waitAfter(entry.failures, attempt);
        entry.blockedUntil = now() + waitMs;
        entry.forgottenAt = entry.blockedUntil + attempt.windowMs;
      }
      return Promise.resolve();
    },
  };
}
