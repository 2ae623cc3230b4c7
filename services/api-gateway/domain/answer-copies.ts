import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import { cacheRules } from './cache-control.js';

/** Bounds of the memory that copies may take. */
const defaults = {
  maxEntries: () => 1000,
  maxBytes: 10 * 1024 * 1024,
  isBounded: () => true,
  now: () => performance.now(),
} as const;

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

/** What may be given to `createAnswerCopies`; the functions are asked with each answer. */
export interface AnswerCopiesOptions {
  readonly maxEntries?: () => number;
  readonly maxBytes?: number;
  /** When it says no, nothing is ever thrown away: what a lab wants to see leak. */
  readonly isBounded?: () => boolean;
  readonly now?: () => number;
}

/** Keeps copies in memory, by path with query; the least recently used go first. */
export function createAnswerCopies(options: AnswerCopiesOptions = {}): AnswerCopies {
  const { maxEntries, maxBytes, isBounded, now } = { ...defaults, ...options };
  const recent = new LRUCache<string, AnswerCopy>({
    maxSize: maxBytes,
    sizeCalculation: (copy, path) => copy.body.length + path.length + 1,
  });
  const everyAnswer = new Map<string, AnswerCopy>();

  function put(path: string, copy: AnswerCopy): AnswerCopy {
    if (!isBounded()) {
      everyAnswer.set(path, copy);
      return copy;
    }
    everyAnswer.clear();
    recent.set(path, copy);
    while (recent.size > maxEntries()) recent.pop();
    return copy;
  }

  function times(headers: UpstreamResponse['headers'], ttlMs: number): Pick<Copy, 'at' | 'freshUntil' | 'usableUntil'> {
    const { freshMs = ttlMs, staleIfErrorMs } = cacheRules(headers);
    const at = now();
    return { at, freshUntil: at + freshMs, usableUntil: at + freshMs + staleIfErrorMs };
  }

  return {
    find: (path) => (isBounded() ? recent : everyAnswer).get(path),
    keep(path, { body, headers }, { ttlMs, epoch }) {
      if (!cacheRules(headers).mayKeep || typeof headers['content-type'] !== 'string') {
        recent.delete(path);
        everyAnswer.delete(path);
        return undefined;
      }
      const { etag } = headers;
      return put(
        path,
        new AnswerCopy({
          // The body as it came may be a small view of a large buffer.
          body: Buffer.from(body),
          headers: Object.fromEntries(
            COPIED_HEADERS.flatMap((name) => {
              const value = headers[name];
              return typeof value === 'string' ? [[name, value]] : [];
            }),
          ),
          upstreamEtag: typeof etag === 'string' ? etag : undefined,
          epoch,
          ...times(headers, ttlMs),
        }),
      );
    },
    renew: (path, { body, headers, upstreamEtag }, { ttlMs, epoch }) =>
      put(path, new AnswerCopy({ body, headers, upstreamEtag, epoch, ...times(headers, ttlMs) })),
    freshForMs: (copy, epoch) => (copy.epoch === epoch ? copy.freshUntil - now() : 0),
    mayStandIn: (copy) => now() < copy.usableUntil,
    ageMs: (copy) => now() - copy.at,
  };
}

/** A class of its own: by its name it can be counted in a heap snapshot. */
class AnswerCopy implements Copy {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly upstreamEtag: string | undefined;
  readonly at: number;
  readonly freshUntil: number;
  readonly usableUntil: number;
  readonly epoch: number;
  #etag: string | undefined;

  constructor(of: Omit<Copy, 'etag'>) {
    this.body = of.body;
    this.headers = of.headers;
    this.upstreamEtag = of.upstreamEtag;
    this.at = of.at;
    this.freshUntil = of.freshUntil;
    this.usableUntil = of.usableUntil;
    this.epoch = of.epoch;
  }

  etag(): string {
    return (this.#etag ??= `"${createHash('sha1').update(this.body).digest('base64url')}"`);
  }
}
