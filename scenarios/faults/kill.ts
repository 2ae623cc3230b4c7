import { observed } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';
import type { Fault, FaultPlan } from './fault.js';

const CONNECT_MS = 400;

/**
 * Ends a process without a chance to clean up (SIGKILL).
 *
 *     client ---> kernel refuses the connection at once
 *
 * Callers get an error in about a millisecond: the kind outage, of a crash or a deployment.
 */
export const killFault: Fault = {
  name: 'kill',
  describe: (target) => `${target} is killed: connections to it are refused`,
  inject: (process) => process.kill(),
  async prove(process) {
    const status = await process.status();
    const connect = await tryConnect(process.host, process.port, CONNECT_MS);
    return [
      observed('the process is gone', status === 'exited', status),
      observed('a new TCP connection is refused', connect === 'refused', connect),
    ];
  },
  async revert(process) {
    if ((await process.status()) === 'exited') await process.start();
  },
};

/** Ends a process at once: requests to it are refused. */
export const kill = (target: string): FaultPlan => ({ fault: 'kill', target });
