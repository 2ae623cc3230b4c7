import { createCacheAside } from './cache-aside.js';
import { tolerate } from './pattern.js';
import type { CacheableWrite, CachePattern, CachePatternName, PatternParts } from './pattern.js';
import { createReadThrough } from './read-through.js';
import { createWriteBehindQueue } from './write-behind-queue.js';
import type { WriteBehindCounts, WriteBehindSettings } from './write-behind-queue.js';
import { createWriteBehind } from './write-behind.js';
import { createWriteThrough } from './write-through.js';

/** All patterns over one source, of which one is in use. */
export interface PatternedCache<T, Write extends CacheableWrite<T>> extends CachePattern<T, Write> {
  /** Past the cache, but with the writes that wait: what a change is based on. */
  current(id: string): Promise<T | undefined>;
  /** Saves what waits: before something goes past the queue, and before the end. */
  flush(): Promise<void>;
  writeBehind(): WriteBehindCounts;
}

/** @param pattern asked at each read and write: a change takes effect with the next one, and loses nothing */
export function createPatterns<T, Write extends CacheableWrite<T>>(
  options: PatternParts<T, Write> & {
    readonly pattern: () => CachePatternName;
    readonly writeBehind: () => WriteBehindSettings;
  },
): PatternedCache<T, Write> {
  const { cache, logger, pattern } = options;
  const queue = createWriteBehindQueue<T, Write>({
    source: options.source,
    logger,
    settings: options.writeBehind,
    async onLost(writes) {
      const evictions = writes.map(({ id }) =>
        tolerate(logger, id, cache.evict(options.source.slotOf(id), Number.MAX_SAFE_INTEGER)),
      );
      await Promise.all(evictions);
    },
  });
  const current = async (id: string): Promise<T | undefined> => queue.pending(id) ?? options.source.load(id);
  const parts = { cache, logger, queue, source: { ...options.source, load: current } };
  const patterns: Readonly<Record<CachePatternName, CachePattern<T, Write>>> = {
    aside: createCacheAside(parts),
    'read-through': createReadThrough(parts),
    'write-through': createWriteThrough(parts),
    'write-behind': createWriteBehind(parts),
  };
  return {
    current,
    read: (id, fresh) => patterns[pattern()].read(id, fresh),
    async write(write) {
      const name = pattern();
      if (name !== 'write-behind') await queue.flush();
      return patterns[name].write(write);
    },
    flush: () => queue.flush(),
    writeBehind: () => queue.counts(),
  };
}
