import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Logger } from '@quickbite/shared/logging';
import { requireOrder } from './get-order.js';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';
import { canFollow } from './order-states.js';
import type { Payments } from './payments.js';
import { refundOrder } from './refund-order.js';
import { takeStep } from './take-step.js';

interface Dependencies {
  readonly orders: OrderRepository;
  readonly payments: Payments;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly nudgeOutbox: () => void;
}

/**
 * Charges the customer and confirms the order. Repeating it is safe at any point: the provider takes the money once for
 * an order, and an order that is paid answers as it is.
 * @throws AppError `not-found`; `not-allowed`; `payment-declined`; `conflict` when it cannot be paid (any more);
 * `upstream-timeout` and `upstream-unreachable`, after which it is still PENDING
 */
export async function payOrder(dependencies: Dependencies, payer: Identity, id: string, token: string): Promise<Order> {
  const { orders, payments } = dependencies;
  const order = await requireOrder(orders, id);
  if (order.customerId !== payer.userId) throw new AppError('not-allowed', 'Only the customer of an order may pay it.');
  if (!canFollow(order.status, 'CONFIRMED')) return settled(dependencies, order);

  const outcome = await payments.charge({ idempotencyKey: order.id, amount: order.total, token });
  if (outcome.kind === 'charged') return confirm(dependencies, order, payer, outcome.chargeId);
  await takeStep(dependencies, order, { to: 'PAYMENT_FAILED', by: payer.userId });
  throw new AppError('payment-declined', 'The payment was declined. Place the order again with another card.');
}

/** Confirms, or gives the money back when the order was cancelled while the provider was working. */
async function confirm(dependencies: Dependencies, order: Order, payer: Identity, chargeId: string): Promise<Order> {
  const confirmed = await takeStep(dependencies, order, { to: 'CONFIRMED', by: payer.userId, chargeId });
  if (confirmed) return confirmed;
  const present = await requireOrder(dependencies.orders, order.id);
  if (canFollow(present.status, 'CONFIRMED')) return confirm(dependencies, present, payer, chargeId);
  if (present.chargeId === chargeId) return settled(dependencies, present);
  await dependencies.orders.recordCharge(order.id, chargeId);
  return settled(dependencies, { ...present, chargeId });
}

/** The answer for an order that has left PENDING: itself when it was paid, a conflict when it came to nothing. */
async function settled(dependencies: Dependencies, order: Order): Promise<Order> {
  if (order.status !== 'CANCELLED' && order.status !== 'PAYMENT_FAILED') return order;
  const refunded = await refundOrder(dependencies, order);
  throw new AppError(
    'conflict',
    `The order is ${order.status} and cannot be paid.${refunded ? ' What was charged has been refunded.' : ''} Place a new one.`,
  );
}
