import type { EventData, HandlingOutcome } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { OrderRepository } from './order-repository.js';
import { isFinal } from './order-states.js';

/** More lost races in a row than this mean that something else is wrong. */
const MAX_ATTEMPTS = 10;

/**
 * Writes the driver that was found into the order, in whatever state it is by now, and gives way to whoever changes the
 * order at the same moment: it reads again and tries again.
 * @throws an Error when there is no such order, so that the message is retried and then parked
 */
export async function assignDriver(
  dependencies: { readonly orders: OrderRepository; readonly logger: Logger },
  assignment: EventData<'driver.assigned'>,
): Promise<HandlingOutcome> {
  const { orders, logger } = dependencies;
  const { orderId, driverId, driverUserId } = assignment;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const order = await orders.findById(orderId);
    if (!order) throw new Error(`expected the order ${orderId} of a driver.assigned event to exist`);
    if (order.driverId === driverId) return 'duplicate';
    if (order.driverId !== undefined || isFinal(order.status)) {
      logger.warn('driver not needed: the order has one, or has ended', { orderId, driverId, status: order.status });
      return 'processed';
    }
    if (await orders.assignDriver(order, { driverId, driverUserId })) return 'processed';
  }
  throw new Error(`the order ${orderId} changed ${MAX_ATTEMPTS} times while its driver was to be written`);
}
