import type { LinkEnds } from '@quickbite/runtime/stack';
import { carryBytes } from '../probes/carry-bytes.js';
import { observed } from '../probes/observation.js';
import type { Fault } from './fault.js';
import type { FaultPlan, PlanOf } from './fault-plan.js';
import { nameOfLink } from './fault-plan.js';
import { cleanse, isPoisoned, isWhole, mustBeFree, poison } from './link-fault.js';
import type { FaultToxic } from './link-fault.js';

const ANSWER_MS = 15_000;
const BITS_PER_BYTE = 8;

const toxicOf = ({ kbps }: PlanOf<'bandwidth'>): FaultToxic => ({
  type: 'bandwidth',
  streams: ['upstream', 'downstream'],
  attributes: { rate: bytesPerMs(kbps) },
});

/** A kilobit a second is an eighth of a byte a millisecond; the proxy counts in whole ones. */
const bytesPerMs = (kbps: number): number => Math.floor(kbps / BITS_PER_BYTE);

/**
 * Lets only so much through a link, each way and for each connection: a narrow or crowded line.
 *
 *     from ==> - - - ==> to
 */
export const bandwidthFault: Fault<PlanOf<'bandwidth'>> = {
  describe: ({ link, kbps }) => `${nameOfLink(link)} is narrow: ${String(kbps)} kilobits a second, each way`,
  check: (stack, { link }) => mustBeFree(stack, link, 'bandwidth'),
  inject: (stack, plan) => poison(stack.link(plan.link.from, plan.link.to), 'bandwidth', toxicOf(plan)),
  async prove(stack, plan) {
    const link = stack.link(plan.link.from, plan.link.to);
    const carried = await carryBytes(link, ANSWER_MS);
    const atLeast = carried === undefined ? 0 : Math.floor(carried.bytes / bytesPerMs(plan.kbps));
    return [
      await isPoisoned(link, 'bandwidth', toxicOf(plan)),
      observed(
        `${String(carried?.bytes ?? 'some')} bytes over ${link.name} take at least ${String(atLeast)} ms`,
        carried !== undefined && carried.ms >= atLeast,
        carried ? `${String(carried.ms)} ms` : 'no answer',
      ),
    ];
  },
  revert: (stack, { link }) => cleanse(stack.link(link.from, link.to), 'bandwidth'),
  proveUndone: (stack, { link }) => isWhole(stack.link(link.from, link.to), stack, 'bandwidth'),
};

/**
 * Narrows a link.
 * @param options.kbps kilobits (1,000 bits) a second, at least 8
 */
export const bandwidth = ({ from, to }: LinkEnds, { kbps }: { readonly kbps: number }): FaultPlan => ({
  fault: 'bandwidth',
  link: { from, to },
  kbps,
});
