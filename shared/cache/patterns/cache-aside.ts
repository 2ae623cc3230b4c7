import { readFrom, tolerate } from './pattern.js';
import type { CacheableWrite, CachePattern, PatternParts } from './pattern.js';

/** The application writes the source and deletes the copy; the next reader loads. Nothing is cached that nobody reads. */
export function createCacheAside<T, Write extends CacheableWrite<T>>(
  parts: PatternParts<T, Write>,
): CachePattern<T, Write> {
  const { cache, source, logger } = parts;
  return {
    read: (id, options) => readFrom(parts, id, options),
    async write(write) {
      const saved = await source.save(write);
      if (saved) await tolerate(logger, write.id, cache.evict(source.slotOf(write.id), source.versionOf(saved)));
      return saved;
    },
  };
}
