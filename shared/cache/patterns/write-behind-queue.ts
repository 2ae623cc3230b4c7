import type { Logger } from '../../logging/index.js';
import type { CacheableWrite, CachedSource } from './pattern.js';

/** When waiting writes are saved. */
export interface WriteBehindSettings {
  /** ms that a write waits for others to share its round trip. */
  readonly flushMs: number;
  /** Writes that may wait; whoever comes next waits for a flush. */
  readonly maxPending: number;
}

/** What became of the writes since the start. */
export interface WriteBehindCounts {
  readonly pending: number;
  readonly saved: number;
  readonly batches: number;
  /** Answered as done, and dropped in the end because somebody had written past the queue. */
  readonly lost: number;
}

/** Writes that have been answered and are not saved yet, in memory. */
export interface WriteBehindQueue<T, Write extends CacheableWrite<T>> {
  /** What the last waiting write makes of a thing. */
  pending(id: string): T | undefined;
  /**
   * @returns false when another write to the same thing came first
   * @throws Error when there is no room and the source takes nothing
   */
  push(write: Write): Promise<boolean>;
  /** Saves all that waits. Rejects when the source is away; then it waits on. */
  flush(): Promise<void>;
  counts(): WriteBehindCounts;
}

const BATCH = 100;

export function createWriteBehindQueue<T, Write extends CacheableWrite<T>>(options: {
  readonly source: Pick<CachedSource<T, Write>, 'saveAll' | 'versionOf'>;
  readonly logger: Logger;
  readonly settings: () => WriteBehindSettings;
  /** Some of these did not take effect: what the cache says of them may never have been true. */
  readonly onLost: (writes: readonly Write[]) => Promise<void>;
}): WriteBehindQueue<T, Write> {
  const { source, logger, settings, onLost } = options;
  const waiting: Write[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let saved = 0;
  let batches = 0;
  let lost = 0;

  async function flushAll(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      const took = await source.saveAll(batch);
      // They stay visible to `pending` until they are saved.
      waiting.splice(0, batch.length);
      batches += 1;
      saved += took;
      if (took === batch.length) continue;
      lost += batch.length - took;
      logger.error('writes that were answered as done are lost: somebody wrote past the queue', {
        lost: batch.length - took,
      });
      await onLost(batch);
    }
  }

  const flush = (): Promise<void> =>
    (flushing ??= flushAll().finally(() => {
      flushing = undefined;
      if (waiting.length > 0) flushLater();
    }));

  function flushLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush().catch((error: unknown) => logger.error('could not save waiting writes; they wait on', { error }));
    }, settings().flushMs);
  }

  const pending = (id: string): T | undefined => waiting.findLast((write) => write.id === id)?.result;

  return {
    pending,
    async push(write) {
      while (waiting.length >= settings().maxPending) await flush();
      const last = pending(write.id);
      if (last && source.versionOf(last) >= source.versionOf(write.result)) return false;
      waiting.push(write);
      flushLater();
      return true;
    },
    flush,
    counts: () => ({ pending: waiting.length, saved, batches, lost }),
  };
}
