import { ExpectedError } from '@quickbite/runtime/errors';
import { observed } from '../probes/observation.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { isReady, mustRun } from './process-fault.js';

const SILENCE_MS = 400;

/**
 * Unplugs the network of a process, which runs on: a partition with one process on the one side and everybody else on the other.
 *
 *     others ---x   x--- process
 *
 * Connections that it had fall silent, with no error to either side; new ones do not find it, for its name is gone.
 */
export const isolateFault: Fault<PlanOf<'isolate'>> = {
  describe: ({ target }) => `${target} is isolated: it runs, nobody reaches it, and it reaches nobody`,
  async check(stack, { target }) {
    if (stack.mode !== 'docker') throw hasNoNetwork(target);
    if (stack.adoptedFrom !== undefined) throw pluggedInByCompose(target);
    await mustRun(stack, target, 'running');
  },
  inject: (stack, { target }) => stack.process(target).isolate(),
  async prove(stack, { target }) {
    const process = stack.process(target);
    const [status, isolated, look] = await Promise.all([
      process.status(),
      process.isIsolated(),
      process.probe({ timeoutMs: SILENCE_MS }),
    ]);
    return [
      observed('it still runs', status === 'running', status),
      observed('the engine says that it is in no network', isolated, isolated ? 'in none' : 'in its network'),
      observed('its readiness probe gets no answer', !look.ready, look.ready ? 'it answered' : look.reason),
    ];
  },
  revert: (stack, { target }) => stack.process(target).rejoin(),
  async proveUndone(stack, { target }) {
    const isolated = await stack.process(target).isIsolated();
    return [
      observed('the engine says that it is in its network', !isolated, isolated ? 'in none' : 'in its network'),
      ...(await isReady(stack.process(target))),
    ];
  },
};

const hasNoNetwork = (target: string): ExpectedError =>
  new ExpectedError(`${target} cannot be isolated: as a process it has no network of its own.`, {
    next: 'Boot it in a container with "quickbite up --launcher docker", or cut its links with the fault "partition".',
  });

/** It may be in several networks; which, is known to nobody once it is out of them. */
const pluggedInByCompose = (target: string): ExpectedError =>
  new ExpectedError(
    `${target} cannot be isolated: Compose has plugged it in, and only Compose could plug it in again.`,
    {
      next: 'Pause it with the fault "pause", or isolate it in a stack of the lab: "quickbite up --launcher docker --stack other".',
    },
  );

/** Cuts one process off from all others. Only in a container, which has a network of its own. */
export const isolate = (target: string): FaultPlan => ({ fault: 'isolate', target });
