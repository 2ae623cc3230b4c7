import {
  acquireStackLock,
  attachStack,
  describeHolder,
  findOrphans,
  listStacks,
  removeOrphans,
  removeStack,
} from '@quickbite/runtime/stack';
import type { ObservedStack, RuntimeContext } from '@quickbite/runtime/stack';
import { openJournal } from './journal.js';
import { undoEverything } from './undo-everything.js';

/** What was found of one stack, and what was done about it, in sentences. Empty when it was whole. */
export interface RecoveredStack {
  readonly id: string;
  readonly did: readonly string[];
  /** What could not be put right; the next `recover` tries again. */
  readonly problems: readonly string[];
}

/**
 * Puts right what crashed runs left behind: undoes what is in the journals of stacks that are up, takes down stacks whose
 * owner is gone, and removes what no stack knows of. A stack on which somebody is working is left alone.
 * Doing it twice does nothing more.
 */
export async function recover(context: RuntimeContext): Promise<readonly RecoveredStack[]> {
  const results: RecoveredStack[] = [];
  for (const stack of await listStacks(context)) {
    const did: string[] = [];
    try {
      await recoverOne(stack, context, did);
      results.push({ id: stack.id, did, problems: [] });
    } catch (error) {
      results.push({ id: stack.id, did, problems: [error instanceof Error ? error.message : String(error)] });
    }
  }
  const orphans = await findOrphans(context);
  if (orphans.length > 0) {
    await removeOrphans(orphans, context);
    results.push({
      id: 'no stack',
      did: orphans.map(({ name, command }) => `removed ${name} (${command})`),
      problems: [],
    });
  }
  return results;
}

async function recoverOne(stack: ObservedStack, context: RuntimeContext, did: string[]): Promise<void> {
  if (stack.holder) {
    did.push(`left alone: ${describeHolder(stack.holder)} works on it`);
    return;
  }
  if (stack.condition === 'booting') {
    did.push('left alone: it is being booted');
    return;
  }
  if (stack.condition === 'leftover') {
    const running = stack.processes.filter((process) => process.status !== 'exited');
    await removeStack(stack.id, { force: true }, context);
    did.push(`took it down: the run that booted it is gone (${String(running.length)} processes were still there)`);
    return;
  }
  const journal = openJournal(stack.folder);
  // Taking the lock also replaces one that a dead run left behind.
  const lock = await acquireStackLock(stack.folder, 'recover');
  try {
    if ((await journal.pending()).length === 0) return;
    const undone = await undoEverything(await attachStack(stack.id, context), journal, () => undefined);
    did.push(...undone.map((what) => `undid "${what}"`));
  } finally {
    lock.release();
  }
}
