import { askOnce, describeOutcome } from '../probes/http-answer.js';
import { observed } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';
import type { Fault, FaultPlan } from './fault.js';

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
export const pauseFault: Fault = {
  name: 'pause',
  describe: (target) => `${target} is paused: it accepts connections and answers nothing`,
  inject: (process) => process.pause(),
  async prove(process) {
    const status = await process.status();
    const [connect, answer] = await Promise.all([
      tryConnect(process.host, process.port, SILENCE_MS),
      askOnce(`${process.url}/health/live`, SILENCE_MS),
    ]);
    return [
      observed('the operating system says that it is stopped', status === 'paused', status),
      observed('a new TCP connection is accepted', connect === 'accepted', connect),
      observed('a new request to /health/live gets no answer', answer.type === 'silence', describeOutcome(answer)),
    ];
  },
  async revert(process) {
    if ((await process.status()) === 'paused') await process.resume();
  },
};

/** Freezes a process: requests to it hang. */
export const pause = (target: string): FaultPlan => ({ fault: 'pause', target });
