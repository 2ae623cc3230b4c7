import type { HandlingOutcome } from '@quickbite/shared/events';
import type { ClosedOrders, DriverRepository } from './driver-repository.js';

/** Frees the driver of an order that was delivered or cancelled, and keeps a late `order.confirmed` from taking one again. */
export async function endOrder(
  { drivers, closedOrders }: { readonly drivers: DriverRepository; readonly closedOrders: ClosedOrders },
  orderId: string,
): Promise<HandlingOutcome> {
  const first = await closedOrders.close(orderId);
  const freed = await drivers.release(orderId);
  return first || freed ? 'processed' : 'duplicate';
}
