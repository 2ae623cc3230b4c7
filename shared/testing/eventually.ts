import { setTimeout as delay } from 'node:timers/promises';

const defaults = { withinMs: 10_000, everyMs: 20 } as const;

/**
 * Waits until `look` returns without throwing, and returns what it returned: tests wait for conditions, not durations.
 * @throws what `look` threw last
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  options: { readonly withinMs?: number } = {},
): Promise<T> {
  const giveUpAt = performance.now() + (options.withinMs ?? defaults.withinMs);
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(defaults.everyMs);
    }
  }
}
