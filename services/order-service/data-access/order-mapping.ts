import { Types } from 'mongoose';
import type { HistoryEntry, Order, OrderPayment } from '../domain/order.js';
import type { OrderSummary } from '../domain/order-repository.js';
import type { OrderDocument } from './order-model.js';

/** An order as it is stored: the other way round. */
export function toDocument({ id, driverId, driverUserId, payment, rating, ...order }: Order): StoredOrder {
  return {
    ...order,
    _id: new Types.ObjectId(id),
    customerId: new Types.ObjectId(order.customerId),
    restaurantId: new Types.ObjectId(order.restaurantId),
    restaurantOwnerId: new Types.ObjectId(order.restaurantOwnerId),
    ...(driverId !== undefined && { driverId: new Types.ObjectId(driverId) }),
    ...(driverUserId !== undefined && { driverUserId: new Types.ObjectId(driverUserId) }),
    items: order.items.map((item) => ({ ...item, menuItemId: new Types.ObjectId(item.menuItemId) })),
    history: order.history.map(toHistoryDocument),
    ...(payment && { payment: toPaymentDocument(payment) }),
    ...(rating && { rating: { ...rating, at: new Date(rating.at) } }),
    createdAt: new Date(order.createdAt),
    updatedAt: new Date(order.updatedAt),
  };
}

type StoredOrder = Omit<OrderDocument, 'outbox' | 'pendingKey'>;

function toPaymentDocument({
  startedAt,
  nextAttemptAt,
  ...payment
}: OrderPayment): NonNullable<StoredOrder['payment']> {
  return {
    ...payment,
    ...(startedAt !== undefined && { startedAt: new Date(startedAt) }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: new Date(nextAttemptAt) }),
  };
}

export const toHistoryDocument = ({ from, to, at, by }: HistoryEntry): OrderDocument['history'][number] => ({
  from,
  to,
  at: new Date(at),
  by: by === null ? null : new Types.ObjectId(by),
});

/** A plain order, without what only the storage needs. */
export function toOrder(document: OrderDocument): Order {
  const history = document.history.map(({ from, to, at, by }) => ({
    from,
    to,
    at: at.toISOString(),
    by: by?.toHexString() ?? null,
  }));
  return { ...toSummary(document), history };
}

export function toSummary(document: Omit<OrderDocument, 'history' | 'outbox'>): OrderSummary {
  const { payment, rating, driverId, driverUserId } = document;
  return {
    id: document._id.toHexString(),
    customerId: document.customerId.toHexString(),
    restaurantId: document.restaurantId.toHexString(),
    restaurantName: document.restaurantName,
    restaurantCuisine: document.restaurantCuisine,
    restaurantOwnerId: document.restaurantOwnerId.toHexString(),
    restaurantLocation: document.restaurantLocation,
    deliveryLocation: document.deliveryLocation,
    items: document.items.map(({ menuItemId, name, unitPrice, quantity }) => ({
      menuItemId: menuItemId.toHexString(),
      name,
      unitPrice,
      quantity,
    })),
    itemsTotal: document.itemsTotal,
    deliveryFee: document.deliveryFee,
    total: document.total,
    pricing: document.pricing,
    status: document.status,
    version: document.version,
    ...(driverId && { driverId: driverId.toHexString() }),
    ...(driverUserId && { driverUserId: driverUserId.toHexString() }),
    idempotencyKey: document.idempotencyKey,
    requestHash: document.requestHash,
    ...(payment && { payment: toPayment(payment) }),
    ...(rating && { rating: { ...rating, at: rating.at.toISOString() } }),
    createdAt: document.createdAt.toISOString(),
    updatedAt: document.updatedAt.toISOString(),
  };
}

function toPayment({ startedAt, nextAttemptAt, ...payment }: NonNullable<OrderDocument['payment']>): OrderPayment {
  return {
    ...payment,
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(nextAttemptAt && { nextAttemptAt: nextAttemptAt.toISOString() }),
  };
}
