import { readFrom, tolerate } from './pattern.js';
import type { CacheableWrite, CachePattern, PatternParts } from './pattern.js';
import type { WriteBehindQueue } from './write-behind-queue.js';

/**
 * A write goes into the cache and a queue, and is answered; the source learns of it later, in batches. Fast, and the only
 * pattern that loses what it has promised: the queue is in memory, a crash takes it along. For data that may be lost.
 */
export function createWriteBehind<T, Write extends CacheableWrite<T>>(
  parts: PatternParts<T, Write> & { readonly queue: WriteBehindQueue<T, Write> },
): CachePattern<T, Write> {
  const { cache, source, logger, queue } = parts;
  return {
    read: (id, options) => readFrom(parts, id, options),
    async write(write) {
      if (!(await queue.push(write))) return undefined;
      const { id, result } = write;
      await tolerate(logger, id, cache.renew(source.slotOf(id), result, source.versionOf(result)));
      return result;
    },
  };
}
