import type { Identity } from '@quickbite/shared/identity';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';
import { noSuchOrder, requireParticipant } from './participants.js';

/** @throws AppError `not-found`, also for an account that has no part in it: whether it exists is nobody else's business */
export async function getOrder(orders: OrderRepository, reader: Identity, id: string): Promise<Order> {
  const order = await requireOrder(orders, id);
  requireParticipant(order, reader);
  return order;
}

/** @throws AppError `not-found` */
export async function requireOrder(orders: OrderRepository, id: string): Promise<Order> {
  const order = await orders.findById(id);
  if (!order) throw noSuchOrder(id);
  return order;
}
