import { setTimeout as delay } from 'node:timers/promises';
import type { StartedStack } from '@quickbite/runtime/stack';

/** One process that was killed, and how long it was away. */
export interface Killed {
  readonly name: string;
  readonly awayMs: number;
}

/** So that what hangs on one comes back before the next one goes. */
const PAUSE_MS = 750;

/** Kills every process of the stack with `kill -9`, one after the other, and starts each again at once. */
export async function killEverythingOnce(
  stack: StartedStack,
  options: { readonly order: readonly string[]; readonly afterEach: (name: string) => Promise<void> },
): Promise<readonly Killed[]> {
  const killed: Killed[] = [];
  for (const name of options.order) {
    const process = stack.process(name);
    const began = performance.now();
    await process.kill();
    await process.start();
    await options.afterEach(name);
    killed.push({ name, awayMs: performance.now() - began });
    await delay(PAUSE_MS);
  }
  return killed;
}
