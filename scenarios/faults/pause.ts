import type { StackProcess } from '@quickbite/runtime/stack';
import { askOnce, describeOutcome } from '../probes/http-answer.js';
import { observed } from '../probes/observation.js';
import type { Observation } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { isReady, mustRun } from './process-fault.js';

/** Long enough for a healthy service to answer `/health/live`, even on a busy machine. */
const SILENCE_MS = 400;

/**
 * Freezes a process (SIGSTOP).
 *
 *     client ---> kernel accepts the connection ---> [ process does not run ]
 *
 * Its sockets stay open, so callers get no error: they wait until their own timeout. This is how an overloaded service, a
 * long garbage collection or a hanging disk look from outside.
 */
export const pauseFault: Fault<PlanOf<'pause'>> = {
  describe: ({ target }) => `${target} is paused: it accepts connections and answers nothing`,
  check: (stack, { target }) => mustRun(stack, target, 'running'),
  inject: (stack, { target }) => stack.process(target).pause(),
  async prove(stack, { target }) {
    const process = stack.process(target);
    const status = await process.status();
    const [connect, silence] = await Promise.all([
      tryConnect(process.host, process.port, SILENCE_MS),
      process.kind === 'service' ? liveIsSilent(process) : probeIsSilent(process),
    ]);
    return [
      observed('the operating system says that it is stopped', status === 'paused', status),
      observed('a new TCP connection is accepted', connect === 'accepted', connect),
      silence,
    ];
  },
  async revert(stack, { target }) {
    const process = stack.process(target);
    if ((await process.status()) === 'paused') await process.resume();
  },
  proveUndone: (stack, { target }) => isReady(stack.process(target)),
};

async function liveIsSilent(process: StackProcess): Promise<Observation> {
  const answer = await askOnce(`${process.url}/health/live`, SILENCE_MS);
  const statement = 'a new request to /health/live gets no answer';
  return observed(statement, answer.type === 'silence', describeOutcome(answer));
}

/** An engine speaks a protocol of its own, which its readiness probe knows. */
async function probeIsSilent(process: StackProcess): Promise<Observation> {
  const look = await process.probe({ timeoutMs: SILENCE_MS });
  return observed('its readiness probe gets no answer', !look.ready, look.ready ? 'it answered' : look.reason);
}

/** Freezes a process: requests to it hang. */
export const pause = (target: string): FaultPlan => ({ fault: 'pause', target });
