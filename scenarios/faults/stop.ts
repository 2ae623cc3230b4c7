import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { isGone, isReady, mustRun, startAgain } from './process-fault.js';

/**
 * Asks a process to end (SIGTERM), as a deployment does: it finishes what it has begun, then it is gone.
 *
 *     client ---> [ finishes, closes ] ---> kernel refuses the connection at once
 */
export const stopFault: Fault<PlanOf<'stop'>> = {
  describe: ({ target }) => `${target} is stopped: it finished what it had begun, and connections to it are refused`,
  check: (stack, { target }) => mustRun(stack, target, 'alive'),
  inject: (stack, { target }) => stack.process(target).stop(),
  prove: (stack, { target }) => isGone(stack.process(target)),
  revert: (stack, { target }) => startAgain(stack.process(target)),
  proveUndone: (stack, { target }) => isReady(stack.process(target)),
};

/** Ends a process with a chance to finish what it has begun. */
export const stop = (target: string): FaultPlan => ({ fault: 'stop', target });
