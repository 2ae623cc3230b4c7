import type { HandlingOutcome } from '@quickbite/shared/events';
import type { ClosedOrders, DriverRepository } from './driver-repository.js';
import type { Supply } from './presence.js';

/** Frees the driver of an order that was delivered or cancelled, and keeps a late `order.confirmed` from taking one again. */
export async function endOrder(
  {
    drivers,
    closedOrders,
    supply,
  }: { readonly drivers: DriverRepository; readonly closedOrders: ClosedOrders; readonly supply: Supply },
  orderId: string,
): Promise<HandlingOutcome> {
  const first = await closedOrders.close(orderId);
  const freed = await drivers.release(orderId);
  if (freed) supply.seen([freed]);
  return first || freed ? 'processed' : 'duplicate';
}
