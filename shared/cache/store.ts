import { randomUUID } from 'node:crypto';
import type { CommandGuard, NoAnswer } from './command-guard.js';
import { decodeEntry, encodeEntry } from './entry.js';
import type { CacheEntry } from './entry.js';
import { EVICT, FENCE_MS, PUT, RELEASE, RENEW } from './scripts.js';
import type { CacheSettings } from './settings.js';

/** A place in the cache. */
export interface CacheSlot {
  readonly key: string;
  /** What is invalidated together, and so shares a fence. Default: the key alone. */
  readonly scope?: string;
}

/** What was found in a slot, and the fence at that moment, which `put` compares. */
export interface Look {
  readonly entry: CacheEntry | undefined;
  readonly fence: string;
}

/** A lock that is held. */
export interface HeldLock {
  release(): Promise<void>;
}

/** Copies in Redis, guarded against old ones. Reading and storing never reject; evicting does. */
export interface CacheStore {
  look(slots: readonly CacheSlot[]): Promise<readonly Look[] | NoAnswer>;
  /** @returns false when it was older than what somebody wrote meanwhile */
  put(
    slot: CacheSlot,
    entry: CacheEntry,
    options: { readonly fence: string; readonly liveMs: number },
  ): Promise<boolean>;
  /** Stores what was just written to the source. Rejects when the cache is away. */
  renew(slot: CacheSlot, entry: CacheEntry, liveMs: number): Promise<void>;
  /** Deletes a copy older than `version`. Rejects when the cache is away. */
  evict(slot: CacheSlot, version: number): Promise<void>;
  /** Deletes all keys that match a glob, with SCAN and UNLINK, never KEYS. Rejects when the cache is away. */
  evictMatching(patterns: readonly string[], scope: string): Promise<void>;
  /** @returns undefined when somebody else holds it, `away` when the cache does not say */
  lock(slot: CacheSlot, lockMs: number): Promise<HeldLock | undefined | 'away'>;
}

const SCAN_COUNT = 500;
const fenceKey = ({ key, scope = key }: CacheSlot): string => `cache:fence:${scope}`;
const lockKey = ({ key }: CacheSlot): string => `cache:lock:${key}`;

export function createCacheStore(guard: CommandGuard, settings: () => CacheSettings): CacheStore {
  const guarded = (): string => (settings().lateWriteGuard ? '1' : '0');

  async function deleteMatching(pattern: string): Promise<void> {
    let cursor = '0';
    do {
      const [next, keys] = await guard.insist((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
      if (keys.length > 0) await guard.insist((redis) => redis.unlink(...keys));
      cursor = next;
    } while (cursor !== '0');
  }

  return {
    async look(slots) {
      const asked = await guard.ask((redis) => redis.mget(...slots.map(({ key }) => key), ...slots.map(fenceKey)));
      if ('none' in asked) return asked.none;
      return slots.map((_slot, index) => {
        const text = asked.answer[index];
        return {
          entry: typeof text === 'string' ? decodeEntry(text) : undefined,
          fence: asked.answer[slots.length + index] ?? '',
        };
      });
    },
    async put(slot, entry, { fence, liveMs }) {
      const asked = await guard.ask((redis) =>
        redis.eval(PUT, 2, slot.key, fenceKey(slot), guarded(), fence, entry.version, encodeEntry(entry), liveMs),
      );
      return !('answer' in asked) || asked.answer === 1;
    },
    async renew(slot, entry, liveMs) {
      const token = randomUUID();
      await guard.insist((redis) =>
        redis.eval(RENEW, 2, slot.key, fenceKey(slot), guarded(), token, entry.version, encodeEntry(entry), liveMs),
      );
    },
    async evict(slot, version) {
      const token = randomUUID();
      await guard.insist((redis) => redis.eval(EVICT, 2, slot.key, fenceKey(slot), guarded(), token, version));
    },
    async evictMatching(patterns, scope) {
      const fence = fenceKey({ key: scope });
      if (settings().lateWriteGuard) await guard.insist((redis) => redis.set(fence, randomUUID(), 'PX', FENCE_MS));
      for (const pattern of patterns) await deleteMatching(pattern);
    },
    async lock(slot, lockMs) {
      const key = lockKey(slot);
      const token = randomUUID();
      const asked = await guard.ask((redis) => redis.set(key, token, 'PX', lockMs, 'NX'));
      if ('none' in asked) return 'away';
      if (asked.answer !== 'OK') return undefined;
      return {
        async release() {
          await guard.ask((redis) => redis.eval(RELEASE, 1, key, token));
        },
      };
    },
  };
}
