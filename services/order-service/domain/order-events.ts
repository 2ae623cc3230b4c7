import { createEvent } from '@quickbite/shared/events';
import type { EventEnvelope, EventType } from '@quickbite/shared/events';
import type { Order } from './order.js';
import type { OrderStatus } from './order-states.js';

const EVENT_OF: Readonly<Record<OrderStatus, EventType & `order.${string}`>> = {
  PENDING: 'order.created',
  CONFIRMED: 'order.confirmed',
  PREPARING: 'order.preparing',
  READY: 'order.ready',
  OUT_FOR_DELIVERY: 'order.out_for_delivery',
  DELIVERED: 'order.delivered',
  CANCELLED: 'order.cancelled',
  PAYMENT_FAILED: 'order.payment_failed',
};

/** The event that tells of an order that has just reached its state. */
export function orderEvent(order: Order): EventEnvelope {
  return createEvent(EVENT_OF[order.status], {
    orderId: order.id,
    orderVersion: order.version,
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    restaurantName: order.restaurantName,
    restaurantOwnerId: order.restaurantOwnerId,
    restaurantLocation: order.restaurantLocation,
    deliveryLocation: order.deliveryLocation,
    ...(order.driverId !== undefined && { driverId: order.driverId }),
    total: order.total,
    status: order.status,
  });
}
