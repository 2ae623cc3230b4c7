import type { CacheOutcome } from '@quickbite/shared/cache';

/** `x-cache` of an answer. To a client a cache that failed and one that was not asked are the same. */
export function cacheHeader(outcome: CacheOutcome): { readonly 'x-cache': string } {
  return { 'x-cache': outcome === 'error' ? 'bypass' : outcome };
}

/** `x-cache` of an answer made of several reads: a hit only if all of them were. */
export function cacheHeaderOfAll(outcomes: readonly CacheOutcome[]): { readonly 'x-cache': string } {
  return cacheHeader(outcomes.find((outcome) => outcome !== 'hit') ?? 'hit');
}
