import type { GeoPoint } from '@quickbite/shared/http';

/** What drivers go by. */
export const vehicles = ['bicycle', 'scooter', 'motorbike', 'car'] as const;
export type Vehicle = (typeof vehicles)[number];

/** What a driver may ask for; `busy` comes and goes with an order. */
export const chosenStatuses = ['available', 'offline'] as const;
export type ChosenStatus = (typeof chosenStatuses)[number];
export const statuses = [...chosenStatuses, 'busy'] as const;
export type DriverStatus = (typeof statuses)[number];

/** What a driver says about themselves. */
export interface DriverProfile {
  readonly name?: string | undefined;
  readonly vehicle: Vehicle;
  readonly location: GeoPoint;
  readonly status: ChosenStatus;
}

/** What a driver has done. */
export interface DriverMetrics {
  /** 0 to 5, the mean of what customers gave; who is new starts at 5. */
  readonly rating: number;
  /** Since midnight, UTC. */
  readonly deliveriesToday: number;
  readonly totalDeliveries: number;
}

/** An order that waits for its driver's answer. */
export interface Offer {
  readonly expiresAt: string;
  /** To the restaurant, and over it to the customer. */
  readonly distanceMeters: number;
  readonly tripMeters: number;
}

/** A driver, as this service knows them. */
export interface Driver {
  readonly id: string;
  readonly userId: string;
  readonly name?: string;
  readonly vehicle: Vehicle;
  readonly status: DriverStatus;
  readonly location: GeoPoint;
  /** When the driver was there. */
  readonly locatedAt: string;
  /** The order in delivery, or on offer; there is one exactly while the status is `busy`. */
  readonly currentOrderId?: string;
  /** Present while that order is only on offer. */
  readonly offer?: Offer;
  readonly metrics: DriverMetrics;
  readonly updatedAt: string;
}

/** An available driver and the straight line to them, in metres. */
export interface NearbyDriver {
  readonly id: string;
  readonly userId: string;
  readonly vehicle: Vehicle;
  readonly location: GeoPoint;
  readonly distance: number;
  readonly metrics: DriverMetrics;
}
