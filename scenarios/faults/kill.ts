import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { isGone, isReady, mustRun, startAgain } from './process-fault.js';

/**
 * Ends a process without a chance to clean up (SIGKILL).
 *
 *     client ---> kernel refuses the connection at once
 *
 * Callers get an error in about a millisecond: the kind outage, of a crash or a deployment.
 */
export const killFault: Fault<PlanOf<'kill'>> = {
  describe: ({ target }) => `${target} is killed: connections to it are refused`,
  check: (stack, { target }) => mustRun(stack, target, 'alive'),
  inject: (stack, { target }) => stack.process(target).kill(),
  prove: (stack, { target }) => isGone(stack.process(target)),
  revert: (stack, { target }) => startAgain(stack.process(target)),
  proveUndone: (stack, { target }) => isReady(stack.process(target)),
};

/** Ends a process at once: requests to it are refused. */
export const kill = (target: string): FaultPlan => ({ fault: 'kill', target });
