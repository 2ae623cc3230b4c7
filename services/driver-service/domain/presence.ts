import type { GeoPoint } from '@quickbite/shared/http';
import type { Driver } from './driver.js';

/** Says how many drivers wait where: what surge prices are made of. Best effort, it never fails its caller. */
export interface Supply {
  /** Drivers who were just seen: the available ones count where they are, the others nowhere. */
  seen(drivers: readonly Driver[]): void;
  /** A driver who is not to be had any more. */
  gone(driverId: string): void;
}

/** Says where the driver of an order is. Best effort, it never fails its caller. */
export interface Tracking {
  publish(event: {
    readonly type: 'location';
    readonly orderId: string;
    readonly location: GeoPoint;
    readonly at: string;
  }): void;
}

/** Tells the viewers of orders and the supply where drivers are now. */
export function announcePositions(
  { supply, tracking }: { readonly supply: Supply; readonly tracking: Tracking },
  drivers: readonly Driver[],
): void {
  supply.seen(drivers);
  for (const { currentOrderId: orderId, offer, location, locatedAt: at } of drivers)
    // Who has not accepted is nobody's driver yet.
    if (orderId !== undefined && !offer) tracking.publish({ type: 'location', orderId, location, at });
}
