import type { Redis } from 'ioredis';
import { AppError } from '../errors/index.js';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { exposeBreakers } from '../resilience/breaker-metrics.js';
import type { BreakerSnapshot } from '../resilience/breaker.js';
import { createCommandGuard } from './command-guard.js';
import { createCopies } from './copies.js';
import type { CachedSlot } from './copies.js';
import { createCacheCounter } from './counts.js';
import type { CacheCounts, CacheOutcome } from './counts.js';
import { createFlights } from './flights.js';
import { cacheDefaults } from './settings.js';
import type { CacheSettings } from './settings.js';
import { strategies } from './stampede/index.js';
import type { Rebuild, Rebuilt } from './stampede/strategy.js';
import { createCacheStore } from './store.js';
import type { CacheSlot, Look } from './store.js';

/** What to read through the cache. */
export interface CachedRead<T> extends CachedSlot {
  /** Asks the source; undefined means that there is no such thing, and is remembered too, for a shorter time. */
  readonly load: () => Promise<T | undefined>;
  /** Keeps a copy from being replaced by an older one. Default 0: no versions. */
  readonly versionOf?: (value: T) => number;
  /** Loads even if there is a copy, and replaces it: for a caller that must see the source. Default false. */
  readonly fresh?: boolean;
}

/** Several reads of one kind that are loaded together. */
export interface CachedBatch<T> {
  readonly slots: readonly CachedSlot[];
  /** @param missing indexes into `slots`; the answers belong to them in the same order */
  readonly load: (missing: readonly number[]) => Promise<readonly (T | undefined)[]>;
  readonly versionOf?: (value: T) => number;
}

/** A value, and where it came from. */
export interface CacheAnswer<T> {
  readonly value: T;
  readonly outcome: CacheOutcome;
}

/** Reads through a cache in Redis. A failing cache is no failing read, unless `failOpen` is off. */
export interface Cache {
  fetch<T>(read: CachedRead<T>): Promise<CacheAnswer<T | undefined>>;
  /** One command for all copies, one load for all that are missing; without the stampede strategies. */
  fetchMany<T>(batch: CachedBatch<T>): Promise<readonly CacheAnswer<T | undefined>[]>;
  /** Stores what was just written to the source. Rejects when the cache is away. */
  renew(slot: CachedSlot, value: unknown, version: number): Promise<void>;
  /**
   * Deletes a copy that is older than `version`. Rejects when the cache is away: the caller decides what a missed
   * invalidation means.
   */
  evict(slot: CacheSlot, version: number): Promise<void>;
  /** Deletes all keys that match one of these globs and belong to a scope. Rejects when the cache is away. */
  evictMatching(patterns: readonly string[], scope: string): Promise<void>;
  counts(): CacheCounts;
  breaker(): BreakerSnapshot;
  /** Waits for refreshes in the background. The connection is the caller's. */
  close(): Promise<void>;
}

/** Creates a cache on Redis; values are JSON. */
export function createCache(options: {
  readonly redis: Redis;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asked at each use. Default: the safe ones. */
  readonly settings?: () => CacheSettings;
  /** In [0, 1). */
  readonly random?: () => number;
  /** ms since 1970. */
  readonly now?: () => number;
}): Cache {
  const { redis, logger, metrics, settings = () => cacheDefaults, random = Math.random, now = Date.now } = options;
  const guard = createCommandGuard({ redis, logger, settings });
  exposeBreakers(metrics, () => [guard.breaker]);
  const store = createCacheStore(guard, settings);
  const counter = createCacheCounter(metrics);
  const copies = createCopies({ store, settings, counter, now, random });
  const flights = createFlights();
  const background = new Set<Promise<void>>();

  async function load<T>({ family, load: ask }: CachedRead<T>): Promise<T | undefined> {
    counter.load(family);
    return ask();
  }

  function rebuildOf<T>(read: CachedRead<T>, seen: Look): Rebuild {
    let { fence } = seen;
    return {
      async load() {
        const startedAt = now();
        const value = await load(read);
        const version = value === undefined ? 0 : (read.versionOf?.(value) ?? 0);
        await copies.keep(read, { value, version, fence, startedAt });
        return { value, loadedHere: true };
      },
      async look() {
        const [again] = await lookAt(read);
        if (!again) return undefined;
        fence = again.fence;
        const { entry } = again;
        return entry && now() < entry.expiresAt ? { value: entry.value, loadedHere: false } : undefined;
      },
      lock: () => store.lock(read, settings().lockMs),
    };
  }

  async function lookAt(slot: CacheSlot): Promise<readonly Look[]> {
    const looks = await store.look([slot]);
    return typeof looks === 'string' ? [] : looks;
  }

  function refreshInBackground(key: string, refresh: () => Promise<void>): void {
    const work = (settings().coalesce ? flights.join(`refresh ${key}`, refresh).then(() => undefined) : refresh())
      .catch((error: unknown) => {
        logger.warn('could not refresh a copy; it is served until it ends', { key, error });
      })
      .finally(() => background.delete(work));
    background.add(work);
  }

  /**
   * The flight is named with the fence that its passengers have seen: somebody who comes after a write has seen a newer one, and
   * does not board a load that began before it.
   */
  async function together(
    read: Pick<CachedRead<unknown>, 'key' | 'fresh'>,
    fence: string,
    start: () => Promise<Rebuilt>,
  ): Promise<Rebuilt> {
    if (!settings().coalesce || read.fresh) return start();
    const { result, joined } = await flights.join(`${fence} ${read.key}`, start);
    return joined ? { ...result, loadedHere: false } : result;
  }

  function mayGoWithout(): void {
    if (!settings().failOpen)
      throw new AppError(
        'upstream-unavailable',
        'The cache gives no answer, and cache.failOpen is off. Try again later.',
      );
  }

  function answer<T>(family: string, value: unknown, outcome: CacheOutcome): CacheAnswer<T | undefined> {
    counter.read(family, outcome);
    // What lies under a key was stored by the same kind of read.
    return { value: value as T | undefined, outcome };
  }

  return {
    async fetch<T>(read: CachedRead<T>): Promise<CacheAnswer<T | undefined>> {
      const { family, key, fresh = false } = read;
      if (!settings().enabled) return answer<T>(family, await load(read), 'bypass');
      const looks = await store.look([read]);
      if (typeof looks === 'string') {
        mayGoWithout();
        const alone = async (): Promise<Rebuilt> => ({ value: await load(read), loadedHere: true });
        const { value, loadedHere } = await together(read, 'away', alone);
        return answer<T>(family, value, loadedHere ? looks : 'coalesced');
      }
      const seen = looks[0] ?? { entry: undefined, fence: '' };
      const context = { settings: settings(), now, random };
      const strategy = strategies[context.settings.stampede];
      const rebuild = rebuildOf(read, seen);
      if (seen.entry && !fresh) {
        const judgement = strategy.judge(seen.entry, context);
        if (judgement === 'refresh') refreshInBackground(key, () => strategy.refresh(rebuild));
        if (judgement !== 'discard')
          return answer<T>(family, seen.entry.value, now() < seen.entry.expiresAt ? 'hit' : 'stale');
      }
      const start = (): Promise<Rebuilt> => (fresh ? rebuild.load() : strategy.rebuild(rebuild, context));
      const { value, loadedHere } = await together(read, seen.fence, start);
      return answer<T>(family, value, loadedHere ? 'miss' : 'coalesced');
    },
    async fetchMany<T>({ slots, load: loadMany, versionOf }: CachedBatch<T>) {
      if (slots.length === 0) return [];
      const { enabled } = settings();
      const looks = enabled ? await store.look(slots) : 'bypass';
      if (enabled && typeof looks === 'string') mayGoWithout();
      const found = slots.map((_slot, index) => (typeof looks === 'string' ? undefined : looks[index]?.entry));
      const missing = found.flatMap((entry, index) => (entry && now() < entry.expiresAt ? [] : [index]));
      const startedAt = now();
      const loaded = new Map<number, T | undefined>();
      if (missing.length > 0) {
        counter.load(slots[0]?.family ?? '');
        const values = await loadMany(missing);
        missing.forEach((slotIndex, index) => loaded.set(slotIndex, values[index]));
      }
      return Promise.all(
        slots.map(async (slot, index) => {
          if (!loaded.has(index)) return answer<T>(slot.family, found[index]?.value, 'hit');
          const value = loaded.get(index);
          if (typeof looks === 'string') return answer<T>(slot.family, value, looks);
          const version = value === undefined ? 0 : (versionOf?.(value) ?? 0);
          await copies.keep(slot, { value, version, fence: looks[index]?.fence ?? '', startedAt });
          return answer<T>(slot.family, value, 'miss');
        }),
      );
    },
    async renew(slot, value, version) {
      flights.forgetAll();
      await copies.renew(slot, value, version);
    },
    evict(slot, version) {
      flights.forgetAll();
      return store.evict(slot, version);
    },
    evictMatching(patterns, scope) {
      flights.forgetAll();
      return store.evictMatching(patterns, scope);
    },
    counts: () => counter.counts(),
    breaker: () => guard.breaker.snapshot(),
    async close() {
      await Promise.all(background);
      guard.breaker.close();
    },
  };
}
