import { observed } from '../probes/observation.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { isReady, mustRun, startAgain } from './process-fault.js';

/**
 * Ends a process and starts it again: by SIGKILL, a crash that a supervisor answers; gracefully, a rolling deployment.
 *
 *     [ process ] ---> gone ---> [ process, with an empty memory ]
 *
 * What was in its memory is lost, connections are broken, and for a moment nobody answers.
 */
export const restartFault: Fault<PlanOf<'restart'>> = {
  describe: ({ target, graceful }) =>
    `${target} is restarted ${graceful ? 'gracefully' : 'after a crash'}: its connections are closed, its memory is empty`,
  check: (stack, { target }) => mustRun(stack, target, 'alive'),
  async inject(stack, { target, graceful }) {
    const process = stack.process(target);
    await (graceful ? process.stop() : process.kill());
    await process.start();
  },
  async prove(stack, { target }, since) {
    const process = stack.process(target);
    const { launchedAt } = process;
    const anew = launchedAt !== undefined && launchedAt >= since;
    const seen = launchedAt === undefined ? 'never launched' : `launched ${new Date(launchedAt).toISOString()}`;
    return [observed('the process was launched anew', anew, seen), ...(await isReady(process))];
  },
  // It has undone itself, unless it was interrupted between the end and the start.
  revert: (stack, { target }) => startAgain(stack.process(target)),
  proveUndone: (stack, { target }) => isReady(stack.process(target)),
};

/**
 * Ends a process and starts it again.
 * @param options.graceful SIGTERM instead of SIGKILL. Default false
 */
export const restart = (target: string, { graceful = false } = {}): FaultPlan => ({
  fault: 'restart',
  target,
  graceful,
});
