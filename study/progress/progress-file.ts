import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import { inStateHome, waitForLock } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { noProgress, PROGRESS_VERSION, progressSchema } from './progress.js';
import type { Answer, Progress, Session } from './progress.js';

/** The folder of what a person learns: progress, reports of mock sessions, a team's own questions. */
export const studyFolder = (home: string): string => path.join(home, 'study');

/** The file of a person's progress. */
export const progressFile = (home: string): string => path.join(studyFolder(home), 'progress.json');

/** Longest wait for another process that writes, in ms; a write takes a few. */
const LOCK_PATIENCE_MS = 10_000;

/**
 * What was read and answered so far.
 * @param home folder of all state, `RuntimeContext.home`
 * @throws ExpectedError when the file is damaged or of a newer version; it is left as it is, and a copy is kept beside it
 */
export const readProgress = (home: string): Promise<Progress> => inStateHome(home, () => read(home));

async function read(home: string): Promise<Progress> {
  const file = progressFile(home);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return noProgress();
    throw error;
  }
  const parsed = parseProgress(text);
  if ('progress' in parsed) return parsed.progress;
  const kept = await keepCopy(file, text);
  throw new ExpectedError(`Your progress cannot be used: ${parsed.problem}`, {
    details: [`the file, left as it is: ${file}`, ...kept, ...parsed.details],
    next: parsed.next,
  });
}

/** Notes that a concept's page was read. */
export const markRead = (home: string, concept: string, at: Date): Promise<Progress> =>
  updateProgress(home, (now) => ({ ...now, read: { ...now.read, [concept]: at.toISOString() } }));

/** Adds an answer. */
export const addAnswer = (home: string, answer: Answer): Promise<Progress> =>
  updateProgress(home, (now) => ({ ...now, answers: [...now.answers, answer] }));

/** Adds a mock session that has ended. */
export const addSession = (home: string, session: Session): Promise<Progress> =>
  updateProgress(home, (now) => ({ ...now, sessions: [...now.sessions, session] }));

/**
 * Changes the progress from what the file says now, one process at a time, so that none loses what another has written.
 * @throws ExpectedError as `readProgress`, before anything is written
 */
async function updateProgress(home: string, change: (now: Progress) => Progress): Promise<Progress> {
  return inStateHome(home, async () => {
    const file = progressFile(home);
    await mkdir(path.dirname(file), { recursive: true });
    using _lock = await waitForLock(`${file}.lock`, 'write your progress', LOCK_PATIENCE_MS);
    const changed = change(await read(home));
    await replace(file, `${JSON.stringify(changed, null, 2)}\n`);
    return changed;
  });
}

/** A reader sees the old file or the new one, also after the power failed in between. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Makes the rename itself durable. Some systems cannot open a folder for it; the file is whole there all the same. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

interface Unusable {
  readonly problem: string;
  readonly details: readonly string[];
  readonly next: string;
}

const versioned = z.object({ version: z.int() });

function parseProgress(text: string): { readonly progress: Progress } | Unusable {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return damaged('it is not JSON.', [error instanceof Error ? error.message : String(error)]);
  }
  const { data: head } = versioned.safeParse(content);
  if (head && head.version > PROGRESS_VERSION) {
    return {
      problem: `it was written by a newer QuickBite (version ${String(head.version)} of the file; this one reads ${String(PROGRESS_VERSION)}).`,
      details: [],
      next: 'Update QuickBite, or point QUICKBITE_HOME to another folder.',
    };
  }
  const parsed = progressSchema.safeParse(content);
  if (parsed.success) return { progress: parsed.data };
  return damaged('it is damaged.', z.prettifyError(parsed.error).split('\n').slice(0, 6));
}

const damaged = (problem: string, details: readonly string[]): Unusable => ({
  problem,
  details,
  next: 'Repair the file, or move it away to begin anew: the copy stays.',
});

/** Keeps what cannot be read under a name of its own, once for the same content. */
async function keepCopy(file: string, text: string): Promise<readonly string[]> {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const copy = `${file.replace(/\.json$/, '')}.kept-${digest}.json`;
  try {
    await copyFile(file, copy);
    return [`a copy: ${copy}`];
  } catch {
    return [];
  }
}
