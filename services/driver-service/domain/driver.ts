import type { GeoPoint } from '@quickbite/shared/http';

/** What drivers go by. */
export const vehicles = ['bicycle', 'scooter', 'motorbike', 'car'] as const;
export type Vehicle = (typeof vehicles)[number];

/** What a driver may ask for; `busy` comes and goes with an order. */
export const chosenStatuses = ['available', 'offline'] as const;
export type ChosenStatus = (typeof chosenStatuses)[number];
export type DriverStatus = ChosenStatus | 'busy';

/** What a driver says about themselves. */
export interface DriverProfile {
  readonly vehicle: Vehicle;
  readonly location: GeoPoint;
  readonly status: ChosenStatus;
}

/** A driver, as this service knows them. */
export interface Driver {
  readonly id: string;
  readonly userId: string;
  readonly vehicle: Vehicle;
  readonly status: DriverStatus;
  readonly location: GeoPoint;
  /** The order in delivery; there is one exactly while the status is `busy`. */
  readonly currentOrderId?: string;
  readonly updatedAt: string;
}

/** An available driver and the straight line to them, in metres. */
export interface NearbyDriver {
  readonly id: string;
  readonly userId: string;
  readonly vehicle: Vehicle;
  readonly location: GeoPoint;
  readonly distance: number;
}
