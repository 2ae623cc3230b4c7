import type { CacheCounter } from './counts.js';
import type { CacheEntry } from './entry.js';
import { FENCE_MS } from './scripts.js';
import type { CacheSettings } from './settings.js';
import { strategies } from './stampede/index.js';
import type { CacheSlot, CacheStore } from './store.js';

/** A kind of thing that is kept in the cache. */
export interface CachedSlot extends CacheSlot {
  /** Kind of key, for metrics: `restaurant`, `list`, `search`. */
  readonly family: string;
  readonly ttlSeconds: number;
}

/** What was loaded, from when the load began. */
export interface Loaded {
  /** Undefined when there is no such thing. */
  readonly value: unknown;
  readonly version: number;
  /** The fence that was seen before the load. */
  readonly fence: string;
  /** ms since 1970. */
  readonly startedAt: number;
}

/** Decides how long a copy lives, and whether it may be stored at all. */
export interface Copies {
  /** Stores what was loaded, unless it is out of date by now. Never rejects. */
  keep(slot: CachedSlot, loaded: Loaded): Promise<void>;
  /** Stores what was just written to the source. Rejects when the cache is away. */
  renew(slot: CachedSlot, value: unknown, version: number): Promise<void>;
}

export function createCopies(options: {
  readonly store: CacheStore;
  readonly settings: () => CacheSettings;
  readonly counter: CacheCounter;
  readonly now: () => number;
  readonly random: () => number;
}): Copies {
  const { store, settings, counter, now, random } = options;

  function copyOf(slot: CachedSlot, value: unknown, version: number, loadMs: number) {
    const { jitter, negativeTtlSeconds, ttlScale, staleSeconds, stampede } = settings();
    const seconds = value === undefined ? negativeTtlSeconds : slot.ttlSeconds * ttlScale;
    const ttlMs = Math.round(seconds * 1000 * (1 + jitter * (2 * random() - 1)));
    const staleMs = strategies[stampede].keepsStale ? staleSeconds * 1000 : 0;
    const entry: CacheEntry = { version, expiresAt: now() + ttlMs, loadMs, value };
    return { entry, ttlMs, liveMs: ttlMs + staleMs };
  }

  return {
    async keep(slot, { value, version, fence, startedAt }) {
      const loadMs = Math.max(0, now() - startedAt);
      const { entry, ttlMs, liveMs } = copyOf(slot, value, version, loadMs);
      // After that long the fence that would have spoken against it may be gone.
      if (ttlMs < 1 || loadMs >= FENCE_MS) return;
      if (!(await store.put(slot, entry, { fence, liveMs }))) counter.lateWriteRefused();
    },
    async renew(slot, value, version) {
      const { entry, liveMs } = copyOf(slot, value, version, 0);
      await store.renew(slot, entry, liveMs);
    },
  };
}
