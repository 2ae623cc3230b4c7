import { readFile, readdir, readlink } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Stray } from './launcher.js';
import { signalGroup, waitUntilGone } from './process-groups.js';
import { lookUpProcess } from './process-identity.js';

/** A process that belongs to a stack's folder, found without the state file. */
export interface StrayProcess extends Stray {
  readonly pid: number;
  readonly startedAt: string;
}

const GONE_TIMEOUT_MS = 5000;

/**
 * Finds processes by the mark that every launch leaves in their environment, or by their working directory (a server
 * that writes its title over its environment, as Redis does, hides the mark). Only Linux shows either; elsewhere none are found.
 * @param parent a folder above stack folders; processes of other homes are not looked at
 */
export async function findStrayProcesses(parent: string): Promise<StrayProcess[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.filter((pid) => pid !== process.pid).map((pid) => inspect(pid, parent)));
  return found.filter((stray) => stray !== undefined);
}

async function inspect(pid: number, parent: string): Promise<StrayProcess | undefined> {
  const folder = (await folderFromEnvironment(pid, parent)) ?? (await folderFromWorkingDirectory(pid, parent));
  if (folder === undefined) return undefined;
  const found = await lookUpProcess(pid);
  if (!found) return undefined;
  const command = (await readOrEmpty(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim().slice(0, 120);
  return { mode: 'process', name: `pid ${pid}`, pid, startedAt: found.startedAt, folder, command };
}

async function folderFromEnvironment(pid: number, parent: string): Promise<string | undefined> {
  const mark = `\0QUICKBITE_STACK_FOLDER=${parent}${sep}`;
  const environ = `\0${await readOrEmpty(`/proc/${pid}/environ`)}`;
  const start = environ.indexOf(mark);
  if (start < 0) return undefined;
  const from = start + '\0QUICKBITE_STACK_FOLDER='.length;
  const end = environ.indexOf('\0', from);
  return environ.slice(from, end < 0 ? undefined : end);
}

/** Only for a process without a terminal: a person's shell may well stand in that folder. */
async function folderFromWorkingDirectory(pid: number, parent: string): Promise<string | undefined> {
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  if (!directory.startsWith(parent + sep)) return undefined;
  const [id, data] = directory.slice(parent.length + 1).split(sep);
  const stat = await readOrEmpty(`/proc/${pid}/stat`);
  const terminal = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4];
  return id && data === 'data' && terminal === '0' ? parent + sep + id : undefined;
}

const readOrEmpty = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** Ends processes and their groups at once, and returns when they are gone. */
export async function killStrays(found: readonly Stray[]): Promise<void> {
  const strays = found.filter(isProcess);
  for (const { pid, startedAt } of strays) {
    if ((await lookUpProcess(pid))?.startedAt !== startedAt) continue;
    // A process that leads no group of its own is reached by its pid only.
    if (!signalGroup(pid, 'SIGKILL')) killOne(pid);
  }
  await Promise.all(strays.map(({ pid, startedAt }) => waitUntilGone(pid, startedAt, GONE_TIMEOUT_MS)));
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const isProcess = (stray: Stray): stray is StrayProcess => 'pid' in stray;
