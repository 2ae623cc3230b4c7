import type { Logger } from '../../logging/index.js';
import type { Cache, CacheAnswer } from '../cache.js';
import type { CachedSlot } from '../copies.js';

/** How reads and writes go between a cache and its source. */
export type CachePatternName = 'aside' | 'read-through' | 'write-through' | 'write-behind';

/** A change that has been decided, and what it makes of its thing. */
export interface CacheableWrite<T> {
  readonly id: string;
  readonly result: T;
}

/** Where the truth is. */
export interface CachedSource<T, Write extends CacheableWrite<T>> {
  readonly slotOf: (id: string) => CachedSlot;
  readonly versionOf: (value: T) => number;
  readonly load: (id: string) => Promise<T | undefined>;
  /** @returns undefined when somebody else was faster */
  readonly save: (write: Write) => Promise<T | undefined>;
  /** Saves several in their order, at once. @returns how many took effect; trying again what did is harmless */
  readonly saveAll: (writes: readonly Write[]) => Promise<number>;
}

/** One of the patterns, for one kind of thing. */
export interface CachePattern<T, Write extends CacheableWrite<T>> {
  /** @param options.fresh past the copy: for a caller that must see the source */
  read(id: string, options: { readonly fresh: boolean }): Promise<CacheAnswer<T | undefined>>;
  /** @returns what is stored now; undefined when somebody else was faster */
  write(write: Write): Promise<T | undefined>;
}

/** What every pattern is built on. */
export interface PatternParts<T, Write extends CacheableWrite<T>> {
  readonly cache: Cache;
  readonly source: CachedSource<T, Write>;
  readonly logger: Logger;
}

/** Reads look alike in all patterns: a copy, or a load. */
export function readFrom<T, Write extends CacheableWrite<T>>(
  { cache, source }: PatternParts<T, Write>,
  id: string,
  { fresh }: { readonly fresh: boolean },
): Promise<CacheAnswer<T | undefined>> {
  const { versionOf } = source;
  return cache.fetch({ ...source.slotOf(id), fresh, versionOf, load: () => source.load(id) });
}

/** The source has the change already: a cache that is away must not make it look failed. */
export async function tolerate(logger: Logger, id: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    logger.warn('the cache did not learn of a change; its copy is old until somebody evicts it', { id, error });
  }
}
