import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

const NAME = 'mongod.lock';
const heldHere = new Set<string>();

/**
 * Claims a data folder for this process, creating it if need be. A lock whose holder no longer runs is taken over.
 * @returns a function that gives the folder back
 * @throws Error that says who holds the folder, or why it cannot be written
 */
export function lockFolder(folder: string): () => void {
  const file = path.resolve(folder, NAME);
  try {
    mkdirSync(folder, { recursive: true });
    claim(file);
  } catch (error) {
    if (error instanceof FolderLocked) throw error;
    throw new Error(`expected a data folder that can be written, got ${folder}: choose another with --data`, {
      cause: error,
    });
  }
  heldHere.add(file);
  return () => {
    heldHere.delete(file);
    rmSync(file, { force: true });
  };
}

class FolderLocked extends Error {}

function claim(file: string): void {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, `${process.pid}\n`);
    closeSync(descriptor);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    if (heldHere.has(file) || (holder !== process.pid && isRunning(holder))) {
      throw new FolderLocked(
        `the data folder ${path.dirname(file)} is in use by process ${holder}: stop it, or choose another folder with --data`,
      );
    }
    rmSync(file);
    claim(file);
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists too: it only cannot be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
