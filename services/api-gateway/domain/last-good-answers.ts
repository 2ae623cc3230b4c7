import { LRUCache } from 'lru-cache';
import type { UpstreamResponse } from '@quickbite/shared/resilience';

/** Bounds of the memory that stale copies may take. */
const defaults = { maxEntries: 1000, maxBytes: 10 * 1024 * 1024 } as const;

/** A copy of an answer, and when it was made, in ms of `now`. */
interface Copy {
  readonly body: Buffer;
  readonly contentType: string;
  readonly at: number;
}

/** The last good answer to each public read: old news is better than an error page for a menu. */
export interface LastGoodAnswers {
  remember(path: string, response: UpstreamResponse): void;
  /** The copy as an answer, with `Age` in seconds; undefined when there is none. */
  recall(path: string): UpstreamResponse | undefined;
}

/** Keeps copies in memory, by path with query; the least recently used go first. */
export function createLastGoodAnswers(
  options: { readonly maxEntries?: number; readonly maxBytes?: number; readonly now?: () => number } = {},
): LastGoodAnswers {
  const { maxEntries, maxBytes, now = () => performance.now() } = { ...defaults, ...options };
  const copies = new LRUCache<string, Copy>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (copy, path) => copy.body.length + path.length + 1,
  });
  return {
    remember(path, { body, headers }) {
      const contentType = headers['content-type'];
      if (typeof contentType === 'string') copies.set(path, { body, contentType, at: now() });
    },
    recall(path) {
      const copy = copies.get(path);
      if (!copy) return undefined;
      return {
        status: 200,
        headers: {
          'content-type': copy.contentType,
          'x-fallback': 'last-good',
          age: String(Math.floor((now() - copy.at) / 1000)),
        },
        body: copy.body,
      };
    },
  };
}
