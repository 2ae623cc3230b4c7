import { createEvent } from '@quickbite/shared/events';
import type { EventData, HandlingOutcome } from '@quickbite/shared/events';
import type { Claims, ClaimTerms, Searches } from './claims.js';
import type { NearbyDriver } from './driver.js';
import type { ClosedOrders, DriverRepository } from './driver-repository.js';
import type { Supply } from './presence.js';
import { rankCandidates } from './rank-candidates.js';
import type { Strategy } from './rank-candidates.js';
import { straightLineMeters } from './trip.js';

/** How far from the restaurant a driver may be, in metres. */
const ASSIGNMENT_RADIUS_METERS = 5000;
/** Drivers to choose from, and further ones for when the best is taken between looking and claiming. */
const CANDIDATES = 10;

/** What can be tuned. Asked for at each assignment. */
export interface AssignmentSettings {
  readonly strategy: Strategy;
  readonly atomicClaim: boolean;
  /** Drivers are not asked. */
  readonly autoAccept: boolean;
  /** ms that a driver who is asked has to accept. */
  readonly acceptTimeoutMs: number;
  /** ms without a sign of life after which a driver gets no orders; 0 for never. */
  readonly heartbeatMs: number;
}

export interface AssignmentDependencies {
  readonly drivers: DriverRepository;
  readonly claims: Claims;
  readonly searches: Searches;
  readonly closedOrders: ClosedOrders;
  readonly supply: Supply;
  readonly settings: () => AssignmentSettings;
}

/** Nobody is free near the restaurant. Thrown so that the order is tried again later. */
export class NoDriverAvailableError extends Error {
  override readonly name = 'NoDriverAvailableError';
}

/**
 * Gives a confirmed order to the best available driver who has not declined it, or offers it to them; once, however often and
 * late the event comes.
 * @throws NoDriverAvailableError when nobody within `ASSIGNMENT_RADIUS_METERS` is available
 */
export async function assignDriver(
  dependencies: AssignmentDependencies,
  order: EventData<'order.confirmed'>,
): Promise<HandlingOutcome> {
  const { drivers, claims, searches, closedOrders, supply, settings } = dependencies;
  const { orderId, restaurantLocation } = order;
  if ((await closedOrders.isClosed(orderId)) || (await claims.isHeld(orderId))) return 'duplicate';

  const { strategy, autoAccept, acceptTimeoutMs, atomicClaim, heartbeatMs } = settings();
  const declinedBy = (await searches.find(orderId))?.declinedBy ?? [];
  const candidates = await drivers.findAvailableNear({
    location: restaurantLocation,
    radiusMeters: ASSIGNMENT_RADIUS_METERS,
    limit: CANDIDATES + declinedBy.length,
    heartbeatMs,
  });
  const willing = candidates.filter(({ id }) => !declinedBy.includes(id));
  // Before the offer: whoever declines it must find what is to be offered on.
  if (!autoAccept && willing.length > 0) await searches.open(order);
  for (const driver of rankCandidates(strategy, willing)) {
    const event = createEvent('driver.assigned', assignment(order, driver));
    const terms: ClaimTerms = { orderId, event, atomic: atomicClaim };
    const result = await claims.claim(driver.id, autoAccept ? terms : { ...terms, acceptWithinMs: acceptTimeoutMs });
    if (result === 'held') return 'duplicate';
    if (result === 'lost') continue;
    supply.gone(driver.id);
    // The order may have ended between the look above and the claim. Ending it closes first and frees second, so that
    // one of the two sees the other.
    if (await closedOrders.isClosed(orderId)) await claims.release(orderId, false);
    return 'processed';
  }
  throw new NoDriverAvailableError(
    `no driver is available within ${ASSIGNMENT_RADIUS_METERS} m of the restaurant of order ${orderId}`,
  );
}

function assignment(order: EventData<'order.confirmed'>, driver: NearbyDriver): EventData<'driver.assigned'> {
  const { orderId, customerId, restaurantLocation, deliveryLocation } = order;
  return {
    orderId,
    driverId: driver.id,
    driverUserId: driver.userId,
    customerId,
    distanceMeters: Math.round(driver.distance),
    tripMeters: Math.round(driver.distance + straightLineMeters(restaurantLocation, deliveryLocation)),
  };
}
