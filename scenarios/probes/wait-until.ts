import { setTimeout as delay } from 'node:timers/promises';

/** Options of `waitUntil`. */
export interface WaitOptions {
  readonly withinMs: number;
  /** Pause between two looks. Default 25 ms. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again until `look` gives something other than undefined.
 * @returns what it gave, or undefined when the time was over first
 */
export async function waitUntil<T>(look: () => Promise<T | undefined>, options: WaitOptions): Promise<T | undefined> {
  const deadline = Date.now() + options.withinMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) return undefined;
    await delay(options.everyMs ?? 25);
  }
}
