import { ExpectedError } from '@quickbite/runtime/errors';
import type { StackProcess, StartedStack } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import type { Observation } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';

const CONNECT_MS = 400;
const READY_MS = 2_000;

/** Refuses what there is no running process for. */
export async function mustRun(stack: StartedStack, target: string, status: 'running' | 'alive'): Promise<void> {
  const now = await stack.process(target).status();
  if (now === 'running' || (now === 'paused' && status === 'alive')) return;
  throw new ExpectedError(`${target} cannot be broken: it is ${now === 'paused' ? 'paused already' : 'not running'}.`, {
    next: 'See what is broken with "quickbite faults"; undo it with "quickbite fault undo".',
  });
}

/** The proof that a process is not there any more. */
export async function isGone(process: StackProcess): Promise<readonly Observation[]> {
  const status = await process.status();
  const connect = await tryConnect(process.host, process.port, CONNECT_MS);
  return [
    observed('the process is gone', status === 'exited', status),
    observed('a new TCP connection is refused', connect === 'refused', connect),
  ];
}

/** Starts a process that has ended. */
export async function startAgain(process: StackProcess): Promise<void> {
  if ((await process.status()) === 'exited') await process.start();
}

/** The proof that a process serves, as its readiness probe sees it. */
export async function isReady(process: StackProcess): Promise<readonly Observation[]> {
  const look = await process.probe({ timeoutMs: READY_MS });
  return [observed(`${process.name} is ready again`, look.ready, look.ready ? 'ready' : look.reason)];
}
