import type { OrderSummary } from '../../domain/order-repository.js';

/** An order as its participants see it: JSON leaves out what is undefined, here the client's and the provider's keys. */
export function toView<Shown extends OrderSummary>({ payment, ...order }: Shown) {
  return {
    ...order,
    idempotencyKey: undefined,
    requestHash: undefined,
    ...(payment && { payment: { state: payment.state } }),
  };
}
