import type { LinkEnds } from '@quickbite/runtime/stack';
import { isSilent } from './black-hole.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { cleanse, isPoisoned, isWhole, mustBeFree, poison } from './link-fault.js';
import type { FaultToxic } from './link-fault.js';

const TOXIC: FaultToxic = { type: 'timeout', streams: ['downstream'], attributes: { timeout: 0 } };

/**
 * A black hole for answers: what is asked arrives and is done, but nobody hears of it.
 *
 *     from ---> to (does what it was asked)
 *     from   x--- to
 *
 * The worst kind of failure for whoever asks: it cannot know whether to repeat.
 */
export const timeoutFault: Fault<PlanOf<'timeout'>> = {
  describe: ({ link }) => `${nameOfLink(link)} swallows answers: what is asked is done, and nobody hears of it`,
  check: (stack, { link }) => mustBeFree(stack, link, 'timeout'),
  inject: (stack, { link }) => poison(stack.link(link.from, link.to), 'timeout', TOXIC),
  async prove(stack, plan) {
    const link = stack.link(plan.link.from, plan.link.to);
    return [await isPoisoned(link, 'timeout', TOXIC), ...(await isSilent(link))];
  },
  revert: (stack, { link }) => cleanse(stack.link(link.from, link.to), 'timeout'),
  proveUndone: (stack, { link }) => isWhole(stack.link(link.from, link.to), stack, 'timeout'),
};

/** Swallows every answer over a link; requests arrive. */
export const timeout = ({ from, to }: LinkEnds): FaultPlan => ({ fault: 'timeout', link: { from, to } });
