import type { StartedStack } from '@quickbite/runtime/stack';
import { describeDisturbance, undo } from './disturbances.js';
import type { OnProgress } from './events.js';
import { Inconclusive } from './inconclusive.js';
import type { Journal } from './journal.js';

/**
 * Undoes whatever the journal still holds, latest first. One that fails does not keep the others from being undone; it stays
 * in the journal.
 * @returns what was undone, in words
 * @throws Inconclusive at the end when something could not be undone
 */
export async function undoEverything(
  stack: StartedStack,
  journal: Journal,
  onProgress: OnProgress,
): Promise<readonly string[]> {
  const pending = [...(await journal.pending())].reverse();
  if (pending.length === 0) return [];
  const started = Date.now();
  const done: string[] = [];
  const failures: string[] = [];
  onProgress({ type: 'undoing', what: pending.map((entry) => describeDisturbance(entry.disturbance)) });
  for (const entry of pending) {
    try {
      await undo(stack, entry.disturbance);
      await journal.settle(entry);
      done.push(describeDisturbance(entry.disturbance));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (failures.length > 0) {
    onProgress({ type: 'not-undone', problems: failures });
    throw new Inconclusive(failures.join(' '));
  }
  onProgress({ type: 'restored', what: done, ms: Date.now() - started });
  return done;
}
