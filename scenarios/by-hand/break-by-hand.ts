import { ExpectedError } from '@quickbite/runtime/errors';
import { acquireStackLock, attachStack } from '@quickbite/runtime/stack';
import type { RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import { titleOf } from '../faults/index.js';
import type { FaultPlan } from '../faults/index.js';
import { describeDisturbance, injectFault, undo } from '../protocol/disturbances.js';
import { journalled } from './faults-in-effect.js';
import type { FaultInEffect } from './faults-in-effect.js';
import { Inconclusive } from '../protocol/inconclusive.js';
import { openJournal } from '../protocol/journal.js';
import type { Journal, JournalEntry } from '../protocol/journal.js';
import { placesOf, shortId } from './journal-words.js';

/**
 * Breaks something on a stack that is up, and leaves it broken. It is in the journal: `undoByHand` and `recover` undo it.
 * @throws ExpectedError when the stack cannot do it, an experiment works on it, or the fault was not seen to take effect; in
 * the last case it has been undone
 */
export async function breakByHand(context: RuntimeContext, stackId: string, plan: FaultPlan): Promise<FaultInEffect> {
  const stack = await attachStack(stackId, context);
  using _lock = await acquireStackLock(stack.folder, `fault ${titleOf(plan)}`);
  const journal = openJournal(stack.folder);
  const before = (await journal.pending()).map(({ id }) => id);
  try {
    const { entry, proof } = await injectFault(stack, journal, 'hand', plan);
    // A restart has undone itself: there is nothing left to undo.
    if (plan.fault === 'restart') await journal.settle(entry);
    return journalled(entry, plan, proof);
  } catch (error) {
    const half = (await journal.pending()).filter(({ id }) => !before.includes(id));
    await undoEntries(stack, journal, half);
    if (!(error instanceof Inconclusive)) throw error;
    throw new ExpectedError(`${error.message} It has been undone.`, {
      next: 'See whether everything is up with "quickbite status", and try again.',
      cause: error,
    });
  }
}

/**
 * Undoes what is in the journal of a stack.
 * @param which the beginning of an id, the name of a process, or a link; undefined where there is only one; 'all' for everything
 * @returns what was undone, in words, latest first
 * @throws ExpectedError when nothing, or too much, is meant
 */
export async function undoByHand(
  context: RuntimeContext,
  stackId: string,
  which: string | undefined,
): Promise<readonly string[]> {
  const stack = await attachStack(stackId, context);
  using _lock = await acquireStackLock(stack.folder, 'fault undo');
  const journal = openJournal(stack.folder);
  const pending = await journal.pending();
  if (pending.length === 0 && (which === undefined || which === 'all')) return [];
  return await undoEntries(stack, journal, choose(pending, which));
}

/** Latest first: what was broken last may stand in the way of looking at what was broken before. */
async function undoEntries(
  stack: StartedStack,
  journal: Journal,
  entries: readonly JournalEntry[],
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const entry of [...entries].reverse()) {
    await undo(stack, entry.disturbance).catch((error: unknown) => {
      if (!(error instanceof Inconclusive)) throw error;
      throw new ExpectedError(error.message, {
        next: 'It stays in the journal: see what is up with "quickbite status", then try again.',
        cause: error,
      });
    });
    await journal.settle(entry);
    done.push(describeDisturbance(entry.disturbance));
  }
  return done;
}

function choose(pending: readonly JournalEntry[], which: string | undefined): readonly JournalEntry[] {
  if (which === 'all') return pending;
  const meant =
    which === undefined
      ? pending
      : pending.filter((entry) => shortId(entry).startsWith(which) || placesOf(entry.disturbance).includes(which));
  if (meant.length === 1 || (meant.length > 1 && meant.every((entry) => !shortId(entry).startsWith(which ?? '')))) {
    return meant;
  }
  throw new ExpectedError(
    meant.length === 0 ? `Nothing that is broken is called "${which ?? ''}".` : 'More than one thing is broken.',
    {
      details: pending.map((entry) => `${shortId(entry)}  ${describeDisturbance(entry.disturbance)}`),
      next: 'Say which: "quickbite fault undo <id>", or the process or link; "quickbite fault undo --all" for all.',
      exitCode: 2,
    },
  );
}
