import type { LinkEnds, StackLink } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import type { Observation } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';
import { writeOnce } from '../probes/tcp-write.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { isWhole, mustBeFree } from './link-fault.js';

const CONNECT_MS = 400;

/**
 * Closes a link: who uses it is refused at once, as if the other end had crashed, while the other end works on for all others.
 *
 *     from ---x refused     others ---> to
 */
export const downFault: Fault<PlanOf<'down'>> = {
  describe: ({ link }) => `${nameOfLink(link)} is down: connections over it are refused`,
  check: (stack, { link }) => mustBeFree(stack, link, 'down'),
  inject: (stack, { link }) => stack.link(link.from, link.to).setEnabled(false),
  async prove(stack, plan) {
    const link = stack.link(plan.link.from, plan.link.to);
    const { enabled } = await link.state();
    return [
      observed(`the proxy of ${link.name} is closed`, !enabled, enabled ? 'open' : 'closed'),
      await (link.forwarded ? isClosedAtOnce(link) : isRefused(link)),
    ];
  },
  revert: (stack, { link }) => stack.link(link.from, link.to).setEnabled(true),
  proveUndone: (stack, { link }) => isWhole(stack.link(link.from, link.to), stack, 'down'),
};

async function isRefused({ name, host, port }: StackLink): Promise<Observation> {
  const connect = await tryConnect(host, port, CONNECT_MS);
  return observed(`a new TCP connection over ${name} is refused`, connect === 'refused', connect);
}

/** What becomes of a connection that somebody else has accepted, and that is refused then. */
async function isClosedAtOnce({ name, host, port }: StackLink): Promise<Observation> {
  const outcome = await writeOnce(host, port, CONNECT_MS);
  const closed = outcome === 'closed' || outcome === 'reset';
  return observed(`a new TCP connection over ${name} is closed at once`, closed, outcome);
}

/** Refuses connections over a link. */
export const down = ({ from, to }: LinkEnds): FaultPlan => ({ fault: 'down', link: { from, to } });
