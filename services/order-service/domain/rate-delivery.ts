import { AppError } from '@quickbite/shared/errors';
import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { requireOrder } from './get-order.js';
import type { Order, OrderRating } from './order.js';
import type { OrderRepository } from './order-repository.js';
import { noSuchOrder } from './participants.js';

/**
 * Rates a delivery, once; its driver hears of the stars. Sending the same rating again changes nothing.
 * @throws AppError `not-found` for anybody but the customer; `conflict` before it is delivered, or when it was rated otherwise
 */
export async function rateDelivery(
  dependencies: { readonly orders: OrderRepository; readonly now: () => Date; readonly nudgeOutbox: () => void },
  customer: Identity,
  id: string,
  given: Omit<OrderRating, 'at'>,
): Promise<{ readonly order: Order; readonly created: boolean }> {
  const { orders, now, nudgeOutbox } = dependencies;
  const order = await requireOrder(orders, id);
  const { customerId, driverId, driverUserId, status } = order;
  if (customerId !== customer.userId) throw noSuchOrder(id);
  if (order.rating) return repetition(order, given);
  if (status !== 'DELIVERED' || driverId === undefined || driverUserId === undefined)
    throw new AppError('conflict', `The order is ${status}. Rate it when it has been delivered.`);
  const event = createEvent('delivery.rated', { orderId: id, driverId, driverUserId, customerId, stars: given.stars });
  const rated = await orders.rate(id, { ...given, at: now().toISOString() }, event);
  if (!rated) return repetition(await requireOrder(orders, id), given);
  nudgeOutbox();
  return { order: rated, created: true };
}

function repetition(order: Order, given: Omit<OrderRating, 'at'>): { readonly order: Order; readonly created: false } {
  const { rating } = order;
  if (rating?.stars === given.stars && rating.comment === given.comment) return { order, created: false };
  throw new AppError('conflict', `This order was rated with ${rating?.stars ?? 0} stars already. A rating is final.`);
}
