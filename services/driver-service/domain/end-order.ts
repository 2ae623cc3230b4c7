import type { HandlingOutcome } from '@quickbite/shared/events';
import type { Claims, Searches } from './claims.js';
import type { ClosedOrders } from './driver-repository.js';
import type { Supply } from './presence.js';

/**
 * Frees the driver of an order that was delivered or cancelled, and keeps a late `order.confirmed` from taking one again. A
 * delivery counts once, however often it is told: only who still carries the order is freed, and counted in the same write.
 */
export async function endOrder(
  dependencies: {
    readonly claims: Claims;
    readonly closedOrders: ClosedOrders;
    readonly searches: Searches;
    readonly supply: Supply;
  },
  { orderId, delivered }: { readonly orderId: string; readonly delivered: boolean },
): Promise<HandlingOutcome> {
  const { claims, closedOrders, searches, supply } = dependencies;
  const first = await closedOrders.close(orderId);
  const freed = await claims.release(orderId, delivered);
  await searches.end(orderId);
  if (freed) supply.seen([freed]);
  return first || freed ? 'processed' : 'duplicate';
}
