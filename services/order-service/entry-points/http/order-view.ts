import type { OrderSummary } from '../../domain/order-repository.js';

/** An order as its participants see it: JSON leaves out what is undefined, here the client's and the provider's keys. */
export function toView<Shown extends OrderSummary>(order: Shown) {
  return { ...order, idempotencyKey: undefined, requestHash: undefined, chargeId: undefined, refundId: undefined };
}
