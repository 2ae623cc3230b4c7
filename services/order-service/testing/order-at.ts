import { createEvent } from '@quickbite/shared/events';
import { eventually } from '@quickbite/shared/testing';
import type { OrderStatus } from '../domain/order-states.js';
import { newCase, orderOf, somebody, someId } from './orders.js';
import type { OrderServiceUnderTest } from './start-order-service.js';

const STEPS = [
  ['PREPARING', 'owner'],
  ['READY', 'owner'],
  ['OUT_FOR_DELIVERY', 'driver'],
  ['DELIVERED', 'driver'],
] as const;

/** A case whose order has come as far as a state. From CONFIRMED on it has a driver. */
export async function orderAt(
  service: OrderServiceUnderTest,
  status: Exclude<OrderStatus, 'CANCELLED' | 'PAYMENT_FAILED'>,
) {
  const orderCase = newCase(service);
  const { customer, owner, place, pay, move, read } = orderCase;
  const driver = somebody('driver');
  const driverId = someId();
  let order = orderOf(await place());
  if (status !== 'PENDING') {
    await pay(order.id);
    const people = { customerId: customer.userId, driverUserId: driver.userId };
    await service.broker.publish(
      createEvent('driver.assigned', { orderId: order.id, driverId, ...people, distanceMeters: 420 }),
    );
    order = await eventually(async () => {
      const found = await read(order.id);
      if (found['driverId'] !== driverId) throw new Error(`expected ${order.id} to have its driver`);
      return found;
    });
  }
  for (const [to, by] of STEPS) {
    if (order.status === status) break;
    order = orderOf(await move(order.id, to, order.version, by === 'owner' ? owner : driver));
  }
  if (order.status !== status) throw new Error(`expected an order that is ${status}, got one that is ${order.status}`);
  return { ...orderCase, id: order.id, version: order.version, driver, driverId };
}
