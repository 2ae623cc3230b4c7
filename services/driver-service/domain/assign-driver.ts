import { createEvent } from '@quickbite/shared/events';
import type { EventData, HandlingOutcome } from '@quickbite/shared/events';
import type { ClosedOrders, DriverRepository } from './driver-repository.js';
import type { Supply } from './presence.js';

/** How far from the restaurant a driver may be, in metres. */
export const ASSIGNMENT_RADIUS_METERS = 5000;
/** Further candidates, for when the nearest is taken between looking and claiming. */
const CANDIDATES = 10;

/** What can be tuned. Asked for at each assignment. */
export interface AssignmentSettings {
  /** ms without a sign of life after which a driver gets no orders; 0 for never. */
  readonly heartbeatMs: number;
}

export interface AssignmentDependencies {
  readonly drivers: DriverRepository;
  readonly closedOrders: ClosedOrders;
  readonly supply: Supply;
  readonly settings: () => AssignmentSettings;
}

/** Nobody is free near the restaurant. Thrown so that the message is tried again later. */
export class NoDriverAvailableError extends Error {
  override readonly name = 'NoDriverAvailableError';
}

/**
 * Gives a confirmed order to the nearest available driver, once, however often and late the event comes.
 * @throws NoDriverAvailableError when nobody within `ASSIGNMENT_RADIUS_METERS` is available
 */
export async function assignDriver(
  dependencies: AssignmentDependencies,
  order: EventData<'order.confirmed'>,
): Promise<HandlingOutcome> {
  const { drivers, closedOrders, supply, settings } = dependencies;
  const { orderId, customerId, restaurantLocation } = order;
  if ((await closedOrders.isClosed(orderId)) || (await drivers.isHeld(orderId))) return 'duplicate';

  const candidates = await drivers.findAvailableNear({
    location: restaurantLocation,
    radiusMeters: ASSIGNMENT_RADIUS_METERS,
    limit: CANDIDATES,
    heartbeatMs: settings().heartbeatMs,
  });
  for (const { id, userId, distance } of candidates) {
    const distanceMeters = Math.round(distance);
    const event = createEvent('driver.assigned', {
      orderId,
      driverId: id,
      driverUserId: userId,
      customerId,
      distanceMeters,
    });
    const result = await drivers.claim(id, orderId, event);
    if (result === 'held') return 'duplicate';
    if (result === 'lost') continue;
    supply.gone(id);
    // The order may have ended between the look above and the claim. Ending it closes first and frees second, so that
    // one of the two sees the other.
    if (await closedOrders.isClosed(orderId)) await drivers.release(orderId);
    return 'processed';
  }
  throw new NoDriverAvailableError(
    `no driver is available within ${ASSIGNMENT_RADIUS_METERS} m of the restaurant of order ${orderId}`,
  );
}
