import type { LinkEnds } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import { writeOnce } from '../probes/tcp-write.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { cleanse, isPoisoned, isWhole, mustBeFree, poison } from './link-fault.js';
import type { FaultToxic } from './link-fault.js';

const TOXIC: FaultToxic = { type: 'reset_peer', streams: ['upstream'], attributes: { timeout: 0 } };
const ANSWER_MS = 1_000;

/**
 * Resets every connection of a link as soon as something is sent over it: a firewall or a load balancer that has
 * forgotten the connection.
 *
 *     from ---> RST
 */
export const resetFault: Fault<PlanOf<'reset'>> = {
  describe: ({ link }) => `${nameOfLink(link)} breaks: each connection is reset when something is sent over it`,
  check: (stack, { link }) => mustBeFree(stack, link, 'reset'),
  inject: (stack, { link }) => poison(stack.link(link.from, link.to), 'reset', TOXIC),
  async prove(stack, plan) {
    const link = stack.link(plan.link.from, plan.link.to);
    const outcome = await writeOnce(link.host, link.port, ANSWER_MS);
    return [
      await isPoisoned(link, 'reset', TOXIC),
      // A forwarder in between is reset, and closes.
      observed(
        `a connection over ${link.name} is ${link.forwarded ? 'broken' : 'reset'} when something is sent`,
        outcome === 'reset' || (link.forwarded && outcome === 'closed'),
        outcome,
      ),
    ];
  },
  revert: (stack, { link }) => cleanse(stack.link(link.from, link.to), 'reset'),
  proveUndone: (stack, { link }) => isWhole(stack.link(link.from, link.to), stack, 'reset'),
};

/** Resets the connections of a link. */
export const reset = ({ from, to }: LinkEnds): FaultPlan => ({ fault: 'reset', link: { from, to } });
