import type { GeoPoint } from '@quickbite/shared/http';
import type { Driver, DriverProfile, NearbyDriver } from './driver.js';

/** Where a driver said to be. */
export interface SentPosition {
  readonly userId: string;
  readonly location: GeoPoint;
  readonly at: Date;
}

/** Whom to look for. */
export interface NearbySearch {
  readonly location: GeoPoint;
  readonly radiusMeters: number;
  readonly limit: number;
  /** ms; who gave no sign of life for longer is left out. 0 for nobody. */
  readonly heartbeatMs: number;
}

/**
 * Where past positions are kept: the last ones in the driver's document, all of them in it (as a lesson), or one for each interval in a
 * collection of their own, for a day.
 */
export const historyKeepings = ['document', 'growing', 'collection'] as const;
export type HistoryKeeping = (typeof historyKeepings)[number];

/** What the use cases need of the drivers' storage. Every write is one atomic operation with its precondition in the filter. */
export interface DriverRepository {
  findByUser(userId: string): Promise<Driver | undefined>;
  findById(driverId: string): Promise<Driver | undefined>;
  /** @returns undefined when the user has a profile already */
  create(userId: string, profile: DriverProfile): Promise<Driver | undefined>;
  /** Updates the whole profile of a driver who is not busy. @returns undefined when there is no such driver */
  updateIdle(userId: string, profile: DriverProfile): Promise<Driver | undefined>;
  /** Updates all but the status of a driver who is busy. @returns undefined when there is no such driver */
  updateBusy(userId: string, profile: Omit<DriverProfile, 'status'>): Promise<Driver | undefined>;
  /**
   * Writes positions together, each unless the driver has a newer one. Those marked `sample` go into the history, too, unless
   * its last one is less than `historyIntervalMs` old: another instance may have added it.
   * @returns the drivers, as they are now
   */
  savePositions(
    positions: readonly (SentPosition & { readonly sample: boolean })[],
    historyIntervalMs: number,
  ): Promise<readonly Driver[]>;
  /** Adds a rating, once for an order. @returns false when it was added before, or there is no such driver */
  addRating(driverId: string, rating: { readonly orderId: string; readonly stars: number }): Promise<boolean>;
  /** Available drivers who were seen since, nearest first. */
  findAvailableNear(search: NearbySearch): Promise<readonly NearbyDriver[]>;
}

/** Remembers which orders are over: events may come late, twice, or in another order. */
export interface ClosedOrders {
  /** @returns false when it was closed already */
  close(orderId: string): Promise<boolean>;
  isClosed(orderId: string): Promise<boolean>;
}
