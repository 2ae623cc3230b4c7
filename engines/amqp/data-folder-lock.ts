import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const LOCK_FILE = 'broker.pid';

/**
 * Makes the data folder and takes it for this process; a dead holder's lock is taken over. Returns the release.
 * Throws when the folder cannot be written, or another broker uses it.
 */
export function lockDataFolder(folder: string): () => void {
  const file = path.join(folder, LOCK_FILE);
  try {
    mkdirSync(folder, { recursive: true });
    if (!take(file)) {
      removeDead(file, folder);
      if (!take(file)) throw inUse(folder, file);
    }
  } catch (cause) {
    if (cause instanceof DataFolderError) throw cause;
    throw new DataFolderError(`The data folder ${folder} cannot be written. Choose another with --data.`, { cause });
  }
  return () => {
    if (holder(file) === process.pid) rmSync(file, { force: true });
  };
}

/** The data folder cannot be used; the message says why and what to do. */
class DataFolderError extends Error {}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeDead(file: string, folder: string): void {
  const pid = holder(file);
  if (pid !== undefined && isAlive(pid)) throw inUse(folder, file);
  // Renaming is atomic: of several that saw the dead holder, one succeeds and removes what it moved away.
  const grave = `${file}.${process.pid}`;
  try {
    renameSync(file, grave);
    rmSync(grave, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function inUse(folder: string, file: string): DataFolderError {
  const pid = holder(file) ?? 'unknown';
  return new DataFolderError(
    `The data folder ${folder} is used by another broker (process ${pid}). Stop it, or choose another with --data.`,
  );
}

function holder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
