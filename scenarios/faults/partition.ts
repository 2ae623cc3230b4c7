import type { LinkEnds, StackLink, StartedStack } from '@quickbite/runtime/stack';
import { isSilent } from './black-hole.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { cleanse, isPoisoned, isWhole, mustBeFree, poison } from './link-fault.js';
import type { FaultToxic } from './link-fault.js';

const TOXIC: FaultToxic = { type: 'timeout', streams: ['upstream', 'downstream'], attributes: { timeout: 0 } };

const linksOf = (stack: StartedStack, { links }: PlanOf<'partition'>): readonly StackLink[] =>
  links.map(({ from, to }) => stack.link(from, to));

/**
 * Cuts links in both directions, without a word to either side: a network that has come apart.
 *
 *     from ---x   x--- to
 */
export const partitionFault: Fault<PlanOf<'partition'>> = {
  describe: ({ links }) => `${links.map(nameOfLink).join(' and ')}: cut in both directions, in silence`,
  async check(stack, { links }) {
    for (const link of links) await mustBeFree(stack, link, 'partition');
  },
  async inject(stack, plan) {
    for (const link of linksOf(stack, plan)) await poison(link, 'partition', TOXIC);
  },
  async prove(stack, plan) {
    const proofs = linksOf(stack, plan).map(async (link) => [
      await isPoisoned(link, 'partition', TOXIC),
      ...(await isSilent(link)),
    ]);
    return (await Promise.all(proofs)).flat();
  },
  async revert(stack, plan) {
    for (const link of linksOf(stack, plan)) await cleanse(link, 'partition');
  },
  async proveUndone(stack, plan) {
    return (await Promise.all(linksOf(stack, plan).map((link) => isWhole(link, stack, 'partition')))).flat();
  },
};

/** Cuts links in both directions. */
export const partition = (...links: readonly LinkEnds[]): FaultPlan => ({
  fault: 'partition',
  links: links.map(({ from, to }) => ({ from, to })),
});
