import type { LinkEnds } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { cleanse, isPoisoned, isWhole, mustBeFree, poison, timeThrough } from './link-fault.js';
import type { FaultToxic } from './link-fault.js';

const ANSWER_MS = 3_000;
/** Clocks of two processes: what one counts as 200 ms may be 199 ms to the other. */
const CLOCK_MS = 2;

const toxicOf = ({ ms, jitterMs }: PlanOf<'latency'>): FaultToxic => ({
  type: 'latency',
  streams: ['downstream'],
  attributes: { latency: ms, jitter: jitterMs },
});

/**
 * Delays whatever comes back over a link: a far away or overloaded network.
 *
 *     from ---> to
 *     from <--- (ms later) <--- to
 */
export const latencyFault: Fault<PlanOf<'latency'>> = {
  describe: ({ link, ms, jitterMs }) => {
    const jitter = jitterMs > 0 ? ` (give or take ${String(jitterMs)} ms)` : '';
    return `${nameOfLink(link)} is slow: answers come ${String(ms)} ms later${jitter}`;
  },
  check: (stack, { link }) => mustBeFree(stack, link, 'latency'),
  inject: (stack, plan) => poison(stack.link(plan.link.from, plan.link.to), 'latency', toxicOf(plan)),
  async prove(stack, plan) {
    const link = stack.link(plan.link.from, plan.link.to);
    const atLeast = Math.max(0, plan.ms - plan.jitterMs - CLOCK_MS);
    const through = await timeThrough(link, plan.ms + plan.jitterMs + ANSWER_MS);
    const direct = await timeThrough(stack.process(link.to), ANSWER_MS);
    const seen = through === undefined ? 'no answer' : `${String(through)} ms; ${String(direct ?? '?')} ms past it`;
    return [
      await isPoisoned(link, 'latency', toxicOf(plan)),
      observed(
        `an answer over ${link.name} takes at least ${String(atLeast)} ms`,
        through !== undefined && through >= atLeast,
        seen,
      ),
    ];
  },
  revert: (stack, { link }) => cleanse(stack.link(link.from, link.to), 'latency'),
  proveUndone: (stack, { link }) => isWhole(stack.link(link.from, link.to), stack, 'latency'),
};

/** Delays what comes back over a link by `ms`, give or take `jitterMs` (default 0). */
export const latency = (
  { from, to }: LinkEnds,
  { ms, jitterMs = 0 }: { readonly ms: number; readonly jitterMs?: number },
): FaultPlan => ({ fault: 'latency', link: { from, to }, ms, jitterMs });
