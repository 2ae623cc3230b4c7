import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ExpectedError } from '../errors/index.js';

/** Where stacks and evidence are kept: `QUICKBITE_HOME`, or `.quickbite` in the home folder. */
export function stateHome(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['QUICKBITE_HOME'];
  return chosen ? resolve(chosen) : join(homedir(), '.quickbite');
}

/** The folders of all stacks. */
export const stacksFolder = (home: string): string => join(home, 'stacks');

/** The folder of one stack: `state.json`, `logs/`, `data/`, `lock`. */
export const stackFolder = (home: string, id: string): string => join(stacksFolder(home), id);

/** The evidence of runs. */
export const runsFolder = (home: string): string => join(home, 'runs');

const CAUSES: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  EACCES: {
    what: 'it may not be written',
    next: 'Give yourself the right to write there, or point QUICKBITE_HOME elsewhere.',
  },
  EPERM: {
    what: 'it may not be written',
    next: 'Give yourself the right to write there, or point QUICKBITE_HOME elsewhere.',
  },
  EROFS: { what: 'the file system is read-only', next: 'Point QUICKBITE_HOME to a folder that can be written.' },
  ENOSPC: {
    what: 'the disk is full',
    next: 'Free some space (200 MB are enough), or point QUICKBITE_HOME to another disk.',
  },
  EDQUOT: {
    what: 'your disk quota is used up',
    next: 'Free some space (200 MB are enough), or point QUICKBITE_HOME elsewhere.',
  },
  ENOTDIR: { what: 'a file is in the way', next: 'Remove that file, or point QUICKBITE_HOME elsewhere.' },
  EEXIST: { what: 'a file is in the way', next: 'Remove that file, or point QUICKBITE_HOME elsewhere.' },
  EMFILE: { what: 'too many files are open', next: 'Raise the limit with "ulimit -n 4096".' },
};

const CANNOT_BE_CREATED = {
  what: 'a folder cannot be created there',
  next: 'Check that the disk is mounted and not read-only, or point QUICKBITE_HOME elsewhere.',
};

/** Runs file work in the state home, and turns what the machine refuses into an `ExpectedError`. */
export async function inStateHome<T>(home: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFileError(home, error);
  }
}

/** The `ExpectedError` for a file operation that the machine refused; any other error as it is. */
export function explainFileError(home: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  // Node says ENOENT when a recursive mkdir meets a read-only file system.
  const known = code === 'ENOENT' && syscall === 'mkdir' ? CANNOT_BE_CREATED : CAUSES[code];
  if (!known) return error;
  return new ExpectedError(`QuickBite keeps its state in ${home}, but ${known.what}.`, {
    next: known.next,
    details: [`${code}${path ? ` at ${path}` : ''}`],
    cause: error,
  });
}
