import { requireOrder } from './get-order.js';
import type { Order } from './order.js';
import type { OrderRepository, PaymentRecords } from './order-repository.js';
import { canFollow } from './order-states.js';
import { takeStep } from './take-step.js';

/**
 * Confirms an order that has been paid, by the customer's account. Repeating it is safe.
 * @returns the order as it is then: not confirmed when it came to nothing meanwhile, and then the charge is noted in it
 */
export async function confirmOrder(
  dependencies: {
    readonly orders: OrderRepository;
    readonly paymentRecords: PaymentRecords;
    readonly now: () => Date;
    readonly nudgeOutbox: () => void;
  },
  order: Order,
  chargeId: string,
): Promise<Order> {
  const { orders, paymentRecords } = dependencies;
  if (canFollow(order.status, 'CONFIRMED')) {
    const confirmed = await takeStep(dependencies, order, { to: 'CONFIRMED', by: order.customerId, chargeId });
    return confirmed ?? confirmOrder(dependencies, await requireOrder(orders, order.id), chargeId);
  }
  await paymentRecords.recordCharge(order.id, chargeId);
  return requireOrder(orders, order.id);
}
