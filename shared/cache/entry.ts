import { z } from 'zod';

/** A copy as it lies in the cache. */
export interface CacheEntry {
  /** Of what was copied; 0 for what has none, such as lists. A higher one is never replaced by a lower one. */
  readonly version: number;
  /** ms since 1970. The key itself may live longer, so that the copy can be served stale. */
  readonly expiresAt: number;
  /** ms that loading took: what a refresh will about cost. */
  readonly loadMs: number;
  /** Missing when the copy says that there is no such thing. */
  readonly value?: unknown;
}

const schema = z.object({
  version: z.int().min(0),
  expiresAt: z.number(),
  loadMs: z.number().min(0),
  value: z.unknown().optional(),
});

/** The version comes first: the scripts in `scripts.ts` read it there without parsing the rest. */
export function encodeEntry({ version, expiresAt, loadMs, value }: CacheEntry): string {
  return JSON.stringify({ version, expiresAt, loadMs, value });
}

/** @returns undefined for what is not an entry: it is as good as not there */
export function decodeEntry(text: string): CacheEntry | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
