import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../errors/index.js';
import { explainFileError } from '../stack/state-home.js';
import type { Finding } from './finding.js';

const MIB = 1024 ** 2;
const NEEDED = 50 * MIB;
const WANTED = 500 * MIB;

/** Whether the state home can be written, and how much room it has. */
export async function checkStateHome(home: string): Promise<Finding[]> {
  const writable = await checkWritable(home);
  return writable.status === 'fail' ? [writable] : [writable, await checkDisk(home)];
}

async function checkWritable(home: string): Promise<Finding> {
  const common = { category: 'state', name: 'state home' } as const;
  const attempt = join(home, `.doctor-${process.pid}`);
  try {
    await mkdir(home, { recursive: true });
    await writeFile(attempt, 'written by quickbite doctor');
    await rm(attempt);
    return { ...common, status: 'ok', message: `${home} can be written` };
  } catch (error) {
    const explained = explainFileError(home, error);
    if (explained instanceof ExpectedError)
      return { ...common, status: 'fail', message: explained.message, fix: explained.next };
    return {
      ...common,
      status: 'fail',
      message: String(error),
      fix: 'Point QUICKBITE_HOME to a folder that can be written.',
    };
  }
}

async function checkDisk(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  const common = { category: 'state', name: 'disk', message: `${Math.round(free / MIB)} MiB free` } as const;
  if (free >= WANTED) return { ...common, status: 'ok' };
  return {
    ...common,
    status: free < NEEDED ? 'fail' : 'warn',
    fix: 'Free some space, or point QUICKBITE_HOME to another disk.',
  };
}
