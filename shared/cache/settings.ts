/** How a missing or expired copy is rebuilt when many want it at once. */
export type StampedeStrategyName = 'none' | 'lock' | 'early' | 'stale-while-revalidate';

/** What can be tuned in a cache. Asked for at each use, so that a change takes effect with the next read. */
export interface CacheSettings {
  /** Off: each read loads. */
  readonly enabled: boolean;
  readonly stampede: StampedeStrategyName;
  /** One load at a time for each key in this process; whoever comes meanwhile waits for it. */
  readonly coalesce: boolean;
  /** ms after which the lock of a rebuild frees itself, and for which those without it wait for the result. */
  readonly lockMs: number;
  /** Above 1 `early` refreshes earlier, below 1 later. */
  readonly earlyBeta: number;
  /** Seconds that `stale-while-revalidate` serves a copy after it expired. */
  readonly staleSeconds: number;
  /** Seconds to remember that something does not exist; 0 for not at all. */
  readonly negativeTtlSeconds: number;
  /** Share by which times to live are spread up or down, so that copies made together do not expire together. */
  readonly jitter: number;
  /** All times to live are multiplied with it. */
  readonly ttlScale: number;
  /** Refuse to store what was loaded before somebody invalidated it. */
  readonly lateWriteGuard: boolean;
  /** ms that a command may take before the read goes on without the cache. */
  readonly timeoutMs: number;
  /** Stop asking a cache that keeps failing. */
  readonly breakerEnabled: boolean;
  /** Load without the cache when it gives no answer; off, the read fails. */
  readonly failOpen: boolean;
}

/** The safe settings. */
export const cacheDefaults: CacheSettings = {
  enabled: true,
  stampede: 'lock',
  coalesce: true,
  lockMs: 3000,
  earlyBeta: 1,
  staleSeconds: 60,
  negativeTtlSeconds: 30,
  jitter: 0.1,
  ttlScale: 1,
  lateWriteGuard: true,
  timeoutMs: 100,
  breakerEnabled: true,
  failOpen: true,
};
