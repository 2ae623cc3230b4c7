import type { CacheSettings } from '@quickbite/shared/cache';
import type { Knobs } from '@quickbite/shared/knobs';
import type { knobs as knobDefs } from './knobs.js';

/** The cache's settings as the knobs say now. */
export function cacheSettings(knobs: Knobs<typeof knobDefs>): CacheSettings {
  return {
    enabled: knobs.get('cache.enabled'),
    stampede: knobs.get('cache.stampede'),
    coalesce: knobs.get('cache.coalesce'),
    lockMs: knobs.get('cache.lockMs'),
    earlyBeta: knobs.get('cache.earlyBeta'),
    staleSeconds: knobs.get('cache.staleSeconds'),
    negativeTtlSeconds: knobs.get('cache.negativeTtlSeconds'),
    jitter: knobs.get('cache.jitter'),
    ttlScale: knobs.get('cache.ttlScale'),
    lateWriteGuard: knobs.get('cache.lateWriteGuard'),
    timeoutMs: knobs.get('cache.timeoutMs'),
    breakerEnabled: knobs.get('cache.breaker.enabled'),
    failOpen: knobs.get('cache.failOpen'),
  };
}
