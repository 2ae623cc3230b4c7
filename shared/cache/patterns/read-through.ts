import { createCacheAside } from './cache-aside.js';
import { readFrom, tolerate } from './pattern.js';
import type { CacheableWrite, CachePattern, PatternParts } from './pattern.js';

/**
 * The cache knows how to load. To a reader that looks like cache-aside; but it can also load when nobody reads: after a
 * write it fills the place of the evicted copy by itself, so that the next reader hits.
 */
export function createReadThrough<T, Write extends CacheableWrite<T>>(
  parts: PatternParts<T, Write>,
): CachePattern<T, Write> {
  const aside = createCacheAside(parts);
  return {
    read: (id, options) => aside.read(id, options),
    async write(write) {
      const saved = await aside.write(write);
      if (saved) {
        const filled = readFrom(parts, write.id, { fresh: false }).then(() => undefined);
        void tolerate(parts.logger, write.id, filled);
      }
      return saved;
    },
  };
}
