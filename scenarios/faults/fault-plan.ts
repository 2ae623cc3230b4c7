import type { LinkEnds } from '@quickbite/runtime/stack';
import { z } from 'zod';

const target = z.string();
const link = z.object({ from: z.string(), to: z.string() });

/** Every fault as plain data, so that the journal can hold it and another process can undo it. */
export const faultPlan = z.discriminatedUnion('fault', [
  z.object({ fault: z.literal('kill'), target }),
  z.object({ fault: z.literal('pause'), target }),
  z.object({ fault: z.literal('stop'), target }),
  z.object({ fault: z.literal('isolate'), target }),
  z.object({ fault: z.literal('restart'), target, graceful: z.boolean() }),
  z.object({ fault: z.literal('latency'), link, ms: z.int().min(1), jitterMs: z.int().min(0) }),
  z.object({ fault: z.literal('bandwidth'), link, kbps: z.int().min(8) }),
  z.object({ fault: z.literal('timeout'), link }),
  z.object({ fault: z.literal('reset'), link }),
  z.object({ fault: z.literal('down'), link }),
  z.object({ fault: z.literal('partition'), links: z.array(link).min(1) }),
]);

/** A fault to inject: what, and where. */
export type FaultPlan = z.infer<typeof faultPlan>;
/** The faults there are. Each has a file of its own in this folder and a line in `registry.ts`. */
export type FaultName = FaultPlan['fault'];
/** The plans of some faults. */
export type PlanOf<Name extends FaultName> = Extract<FaultPlan, { fault: Name }>;

/** A link in words, as on the command line. */
export const nameOfLink = ({ from, to }: LinkEnds): string => `${from}:${to}`;

/** Where a fault is: the name of a process, or of links. */
function placeOf(plan: FaultPlan): string {
  if ('target' in plan) return plan.target;
  return 'links' in plan ? plan.links.map(nameOfLink).join(', ') : nameOfLink(plan.link);
}

/** A fault in a few words, e.g. `pause restaurant-service`. */
export const titleOf = (plan: FaultPlan): string => `${plan.fault} ${placeOf(plan)}`;
