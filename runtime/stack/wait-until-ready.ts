import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../errors/index.js';
import type { ProcessDef } from '../definitions/index.js';
import { holdsSocket, listeningSockets } from '../launchers/index.js';
import type { Launcher, ProcessEnd, ProcessRef } from '../launchers/index.js';
import { describeProbe, probe } from '../probes/index.js';
import { tailOfLog } from './log-tail.js';
import { HOST } from './placeholders.js';

/** Often enough not to be noticed; a look costs well under a millisecond. */
const POLL_MS = 25;
const PROBE_TIMEOUT_MS = 1000;
const LOG_LINES = 20;

/** What is waited for. */
export interface Launched {
  readonly def: ProcessDef;
  readonly ref: ProcessRef;
  readonly port: number;
  readonly logFile: string;
  /** An installed server rather than a program of ours. */
  readonly native: boolean;
}

/** Another program took the port between the planning and the launch. Planning again helps. */
export class PortLostError extends ExpectedError {}

/**
 * Polls the readiness probe until it succeeds.
 * @returns the time since the call, in ms
 * @throws ExpectedError when the process ends or is not ready in time: which probe, what it saw, and the tail of the log
 */
export async function waitUntilReady(
  launcher: Launcher,
  launched: Launched,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<number> {
  const { def, ref, port } = launched;
  const started = performance.now();
  for (;;) {
    options.signal.throwIfAborted();
    const result = await probe(def.readiness, { host: HOST, port, timeoutMs: PROBE_TIMEOUT_MS });
    // Asked after the probe: a stranger on the port must not pass for a process that has already died.
    if ((await launcher.status(ref)) === 'exited') throw await endedEarly(launcher, launched);
    const elapsed = performance.now() - started;
    if (result.ready && !(await isStranger(launched))) return Math.round(elapsed);
    if (elapsed > options.timeoutMs) {
      throw notReady(launched, options.timeoutMs, result.ready ? 'another program answers' : result.reason);
    }
    await delay(POLL_MS, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
  }
}

/**
 * Whether somebody else listens on the port: then ours is about to find it taken, and must not be taken for ready. A native server
 * may be the child of a script, and other systems do not say: there the answer is believed.
 */
async function isStranger({ ref, port, native }: Launched): Promise<boolean> {
  if (native) return false;
  const sockets = await listeningSockets(port);
  return sockets.size > 0 && !(await holdsSocket(ref.pid, sockets));
}

async function endedEarly(launcher: Launcher, { def, ref, logFile }: Launched): Promise<ExpectedError> {
  // The kernel has reported the end; Node hears of it a moment later.
  for (let waited = 0; launcher.endOf(ref) === undefined && waited < 50; waited += 1) await delay(5);
  return failure(`${def.name} ended before it was ready: ${describeEnd(launcher.endOf(ref))}.`, logFile, def.name);
}

function notReady({ def, port, logFile }: Launched, timeoutMs: number, reason: string): ExpectedError {
  const message = `${def.name} was not ready ${timeoutMs / 1000} s after its start: ${describeProbe(def.readiness)} on port ${port} says that ${reason}.`;
  return failure(message, logFile, def.name);
}

function failure(message: string, logFile: string, name: string): ExpectedError {
  const lines = tailOfLog(logFile, LOG_LINES);
  const details =
    lines.length > 0 ? [`the end of its log:`, ...lines.map((line) => `| ${line}`)] : ['its log is empty'];
  if (lines.some((line) => line.includes('EADDRINUSE'))) {
    return new PortLostError(message, {
      details,
      next: `Another program took the port in between: try again, or choose one with "--port ${name}=<number>".`,
    });
  }
  return new ExpectedError(message, { details, next: 'Check the machine with "quickbite doctor", then try again.' });
}

function describeEnd(end: ProcessEnd | undefined): string {
  if (!end) return 'how, nobody saw';
  return 'code' in end ? `exit code ${end.code}` : `signal ${end.signal}`;
}
