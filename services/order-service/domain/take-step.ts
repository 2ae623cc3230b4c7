import type { Order } from './order.js';
import { orderEvent } from './order-events.js';
import type { OrderRepository } from './order-repository.js';
import type { ReachableStatus } from './order-states.js';
import type { StatementPosting } from './payment-webhook.js';

/**
 * Writes one step of an order: state, history and event at once, if nobody changed the order since it was read.
 * The rules of the state machine are the caller's to check.
 * @returns the order after the step, or undefined when somebody was faster
 */
export async function takeStep(
  dependencies: { readonly orders: OrderRepository; readonly now: () => Date; readonly nudgeOutbox: () => void },
  order: Order,
  step: {
    readonly to: ReachableStatus;
    readonly by: string | null;
    readonly chargeId?: string;
    readonly posting?: StatementPosting;
  },
): Promise<Order | undefined> {
  const { orders, now, nudgeOutbox } = dependencies;
  const { to, by, chargeId, posting } = step;
  const event = orderEvent({ ...order, status: to, version: order.version + 1 });
  const after = await orders.takeStep(order, {
    entry: { from: order.status, to, at: now().toISOString(), by },
    event,
    ...(chargeId !== undefined && { chargeId }),
    ...(posting && { posting }),
  });
  if (after) nudgeOutbox();
  return after;
}
