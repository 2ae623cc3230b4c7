import { readFile, readdir } from 'node:fs/promises';
import { holdsSocket, listeningSockets } from '../launchers/index.js';

/** A program that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Who listens on a port. Undefined when nobody does, it is another user's, or the system is not Linux. */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  const inodes = await listeningSockets(port);
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (!(await holdsSocket(pid, inodes))) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return { pid, command: command.replaceAll('\0', ' ').trim().slice(0, 80) };
  }
  return undefined;
}
