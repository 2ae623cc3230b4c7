import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import { cacheRules } from './cache-control.js';

/** Bounds of the memory that copies may take. */
const defaults = { maxEntries: 1000, maxBytes: 10 * 1024 * 1024 } as const;

/** What of an answer's headers is copied. */
const COPIED_HEADERS = ['content-type', 'cache-control', 'x-cache'];

/** A copy of a good answer. Times are ms of the clock that the store was given. */
export interface Copy {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Strong: the hash of the body, made when it is first asked for. */
  etag(): string;
  /** The service's own, to ask it whether the copy still holds. */
  readonly upstreamEtag: string | undefined;
  readonly at: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
  /** The epoch of its service in which the answer was asked for. */
  readonly epoch: number;
}

/**
 * The last good answer to each public read, for two uses: while it is fresh it saves the call, and when the service fails, old
 * news is better than an error page for a menu.
 */
export interface AnswerCopies {
  find(path: string): Copy | undefined;
  /** Keeps an answer, unless its service forbids it. @param epoch of the service when the answer was asked for */
  keep(
    path: string,
    response: UpstreamResponse,
    options: { readonly ttlMs: number; readonly epoch: number },
  ): Copy | undefined;
  /** Keeps a copy of which its service said that it still holds. */
  renew(path: string, copy: Copy, options: { readonly ttlMs: number; readonly epoch: number }): Copy;
  /** ms for which the copy may still answer without asking; 0 or less when it is stale. */
  freshForMs(copy: Copy, epoch: number): number;
  mayStandIn(copy: Copy): boolean;
  ageMs(copy: Copy): number;
}

/** Keeps copies in memory, by path with query; the least recently used go first. */
export function createAnswerCopies(
  options: { readonly maxEntries?: number; readonly maxBytes?: number; readonly now?: () => number } = {},
): AnswerCopies {
  const { maxEntries, maxBytes, now = () => performance.now() } = { ...defaults, ...options };
  const copies = new LRUCache<string, Copy>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (copy, path) => copy.body.length + path.length + 1,
  });

  function times(headers: UpstreamResponse['headers'], ttlMs: number): Pick<Copy, 'at' | 'freshUntil' | 'usableUntil'> {
    const { freshMs = ttlMs, staleIfErrorMs } = cacheRules(headers);
    const at = now();
    return { at, freshUntil: at + freshMs, usableUntil: at + freshMs + staleIfErrorMs };
  }

  return {
    find: (path) => copies.get(path),
    keep(path, { body, headers }, { ttlMs, epoch }) {
      if (!cacheRules(headers).mayKeep || typeof headers['content-type'] !== 'string') {
        copies.delete(path);
        return undefined;
      }
      const { etag } = headers;
      // The body as it came may be a small view of a large buffer.
      const own = Buffer.from(body);
      const copy: Copy = {
        body: own,
        headers: Object.fromEntries(
          COPIED_HEADERS.flatMap((name) => {
            const value = headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        etag: lazily(() => `"${createHash('sha1').update(own).digest('base64url')}"`),
        upstreamEtag: typeof etag === 'string' ? etag : undefined,
        epoch,
        ...times(headers, ttlMs),
      };
      copies.set(path, copy);
      return copy;
    },
    renew(path, copy, { ttlMs, epoch }) {
      const renewed = { ...copy, epoch, ...times(copy.headers, ttlMs) };
      copies.set(path, renewed);
      return renewed;
    },
    freshForMs: (copy, epoch) => (copy.epoch === epoch ? copy.freshUntil - now() : 0),
    mayStandIn: (copy) => now() < copy.usableUntil,
    ageMs: (copy) => now() - copy.at,
  };
}

function lazily(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}
