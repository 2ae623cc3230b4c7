import { setTimeout as delay } from 'node:timers/promises';
import { lookUpProcess } from './process-identity.js';

const POLL_MS = 10;

/**
 * Signals a process and everything that it started. Each launched process leads a group of its own, so the group's id is
 * its pid; the kernel does not reuse a pid while a group of that id has members.
 * @returns false when nobody is left to receive it
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    // Windows has no groups, and ends a process whatever the signal.
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: macOS says so of a group whose members have all ended and are not yet collected.
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}

/**
 * Waits until a process is gone.
 * @returns false when it was still there after `timeoutMs`
 */
export async function waitUntilGone(pid: number, startedAt: string, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if ((await lookUpProcess(pid))?.startedAt !== startedAt) return true;
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
}
