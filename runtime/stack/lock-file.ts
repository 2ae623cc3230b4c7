import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ExpectedError } from '../errors/index.js';
import { isSameProcess, lookUpProcess } from '../launchers/index.js';

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  purpose: z.string(),
  since: z.iso.datetime(),
});

/** Who holds a lock. */
export type LockHolder = z.infer<typeof holderSchema>;

/** A lock that is held. `using` releases it. */
export interface HeldLock extends Disposable {
  release(): void;
}

/** A file that nobody can parse is one that is just being written; if it stays so for this long, its writer has died. */
const UNREADABLE_IS_DEAD_MS = 2000;

/**
 * One attempt to take a lock file. A holder that has died without releasing it is replaced.
 * @returns the held lock, or who holds it (undefined: somebody who is just taking it)
 */
export async function tryLock(
  file: string,
  purpose: string,
): Promise<{ readonly held: HeldLock } | { readonly holder: LockHolder | undefined }> {
  const startedAt = (await lookUpProcess(process.pid))?.startedAt ?? 'unknown';
  const mine = JSON.stringify({ pid: process.pid, startedAt, purpose, since: new Date().toISOString() });
  if (create(file, mine)) return { held: heldLock(file) };
  const seen = readHolder(file);
  const dead = seen.holder
    ? !(await isSameProcess(seen.holder.pid, seen.holder.startedAt))
    : seen.ageMs > UNREADABLE_IS_DEAD_MS;
  if (!dead) return { holder: seen.holder };
  // Of several that saw the dead holder, one at a time may replace it, and only if it is still the dead one's.
  const takeover = `${file}.takeover`;
  if (!create(takeover, '')) {
    if (readHolder(takeover).ageMs > UNREADABLE_IS_DEAD_MS) rmSync(takeover, { force: true });
    return { holder: undefined };
  }
  try {
    if (readHolder(file).text === seen.text) rmSync(file, { force: true });
    return create(file, mine) ? { held: heldLock(file) } : { holder: readHolder(file).holder };
  } finally {
    rmSync(takeover, { force: true });
  }
}

/** Takes a lock file, waiting for others as long as `timeoutMs`. For work that takes moments. */
export async function waitForLock(file: string, purpose: string, timeoutMs: number): Promise<HeldLock> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const outcome = await tryLock(file, purpose);
    if ('held' in outcome) return outcome.held;
    if (performance.now() > deadline) {
      throw new ExpectedError(`Another quickbite has been holding ${file} for too long.`, {
        details: outcome.holder ? [describeHolder(outcome.holder)] : [],
        next: 'Wait for it or end it, then try again.',
      });
    }
    await delay(20);
  }
}

/**
 * Takes the lock under which one experiment at a time disturbs a stack.
 * @param folder the stack's folder
 * @param purpose in words that another person understands, e.g. `scenario circuit-breaker`
 * @throws ExpectedError when somebody alive holds it
 */
export async function acquireStackLock(folder: string, purpose: string): Promise<HeldLock> {
  const outcome = await tryLock(join(folder, 'lock'), purpose);
  if ('held' in outcome) return outcome.held;
  throw new ExpectedError('Another experiment is running on this stack.', {
    details: outcome.holder ? [describeHolder(outcome.holder)] : [],
    next: 'Wait for it, or use a stack of your own with "--stack other".',
  });
}

/** Who works on a stack now; undefined when nobody does. */
export async function stackLockHolder(folder: string): Promise<LockHolder | undefined> {
  const { holder } = readHolder(join(folder, 'lock'));
  return holder && (await isSameProcess(holder.pid, holder.startedAt)) ? holder : undefined;
}

/** A holder as a line for people. */
export function describeHolder(holder: LockHolder): string {
  return `${holder.purpose}, pid ${holder.pid}, since ${holder.since}`;
}

function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // On a full disk the file was created, but not written.
    if (['ENOSPC', 'EDQUOT'].includes(code)) rmSync(file, { force: true });
    throw error;
  }
}

function readHolder(file: string): { text: string; holder: LockHolder | undefined; ageMs: number } {
  try {
    const text = readFileSync(file, 'utf8');
    const ageMs = Date.now() - statSync(file).mtimeMs;
    try {
      return { text, holder: holderSchema.parse(JSON.parse(text)), ageMs };
    } catch {
      return { text, holder: undefined, ageMs };
    }
  } catch {
    return { text: '', holder: undefined, ageMs: 0 };
  }
}

function heldLock(file: string): HeldLock {
  const release = (): void => rmSync(file, { force: true });
  return { release, [Symbol.dispose]: release };
}
