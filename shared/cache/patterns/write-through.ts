import { readFrom, tolerate } from './pattern.js';
import type { CacheableWrite, CachePattern, PatternParts } from './pattern.js';

/**
 * A write goes to the source and into the cache, before it is answered: the next reader hits and sees it. Two writers may reach
 * the cache in another order than the source; the version decides. What nobody reads is cached too.
 */
export function createWriteThrough<T, Write extends CacheableWrite<T>>(
  parts: PatternParts<T, Write>,
): CachePattern<T, Write> {
  const { cache, source, logger } = parts;
  return {
    read: (id, options) => readFrom(parts, id, options),
    async write(write) {
      const saved = await source.save(write);
      if (saved) await tolerate(logger, write.id, cache.renew(source.slotOf(write.id), saved, source.versionOf(saved)));
      return saved;
    },
  };
}
