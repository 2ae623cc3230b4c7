import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../errors/index.js';
import { PortLostError } from '../launchers/index.js';
import type { LaunchSpec, Launcher, ProcessEnd, ProcessRef } from '../launchers/index.js';
import { describeProbe, probe } from '../probes/index.js';
import { tailOfLog } from './log-tail.js';

/** Often enough not to be noticed; a look at a child process costs well under a millisecond. Who takes more time is asked less often. */
const POLL_MS = 25;
const PROBE_TIMEOUT_MS = 1000;
const LOG_LINES = 20;

/** What is waited for. */
interface Launched {
  readonly spec: LaunchSpec;
  readonly ref: ProcessRef;
}

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
  const { spec, ref } = launched;
  const { def, port } = spec;
  const started = performance.now();
  for (;;) {
    options.signal.throwIfAborted();
    const result = await probe(def.readiness, { host: launcher.outside, port, timeoutMs: PROBE_TIMEOUT_MS });
    // Asked after the probe: a stranger on the port must not pass for a process that has already died.
    if ((await launcher.status(ref)) === 'exited') throw await endedEarly(launcher, launched);
    const elapsed = performance.now() - started;
    // Whoever else answers on the port: ours is about to find it taken, and must not be taken for ready.
    if (result.ready && !(await launcher.isStranger(ref, spec))) return Math.round(elapsed);
    if (elapsed > options.timeoutMs) {
      const reason = result.ready ? 'another program answers' : result.reason;
      throw await notReady(launcher, spec, options.timeoutMs, reason);
    }
    await delay(POLL_MS * launcher.patience, undefined, { signal: options.signal }).catch(() =>
      options.signal.throwIfAborted(),
    );
  }
}

async function endedEarly(launcher: Launcher, { spec, ref }: Launched): Promise<ExpectedError> {
  const end = describeEnd(await launcher.endOf(ref));
  return failure(launcher, spec, `${spec.def.name} ended before it was ready: ${end}.`);
}

function notReady(launcher: Launcher, spec: LaunchSpec, timeoutMs: number, reason: string): Promise<ExpectedError> {
  const { def, port } = spec;
  const message = `${def.name} was not ready ${timeoutMs / 1000} s after its start: ${describeProbe(def.readiness)} on port ${port} says that ${reason}.`;
  return failure(launcher, spec, message);
}

async function failure(launcher: Launcher, spec: LaunchSpec, message: string): Promise<ExpectedError> {
  const { name } = spec.def;
  const lines = await tailOfLog(launcher.log({ ...spec, name }), LOG_LINES);
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
  if ('memoryLimitMiB' in end) return `it wanted more than the ${end.memoryLimitMiB} MiB of memory that it may have`;
  return 'code' in end ? `exit code ${end.code}` : `signal ${end.signal}`;
}
