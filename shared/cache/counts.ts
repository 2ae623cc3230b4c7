import type { Metrics } from '../metrics/index.js';

/**
 * How a read was answered. `hit`: with a copy; `stale`: with one that has expired and is being refreshed; `miss`: it loaded, and
 * stored; `coalesced`: it waited for somebody else's load; `bypass`: it loaded without asking the cache, which is off
 * or known to be away; `error`: it loaded because the cache failed or was too slow.
 */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'coalesced' | 'bypass' | 'error';

/** What happened since the start. */
export interface CacheCounts {
  readonly reads: Readonly<Record<CacheOutcome, number>>;
  /** Times that the database was asked. */
  readonly loads: number;
  /** Copies that were not stored because they were older than what somebody wrote meanwhile. */
  readonly lateWritesRefused: number;
}

/** Counts for the metrics and for the lab. */
export interface CacheCounter {
  read(family: string, outcome: CacheOutcome): void;
  load(family: string): void;
  lateWriteRefused(): void;
  counts(): CacheCounts;
}

export function createCacheCounter(metrics: Metrics): CacheCounter {
  const reads: Record<CacheOutcome, number> = { hit: 0, stale: 0, miss: 0, coalesced: 0, bypass: 0, error: 0 };
  let loads = 0;
  let lateWritesRefused = 0;
  return {
    read(family, outcome) {
      reads[outcome] += 1;
      metrics.cacheReads.inc({ family, outcome });
    },
    load(family) {
      loads += 1;
      metrics.cacheLoads.inc({ family });
    },
    lateWriteRefused: () => void (lateWritesRefused += 1),
    counts: () => ({ reads: { ...reads }, loads, lateWritesRefused }),
  };
}
