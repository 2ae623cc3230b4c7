import type { GeoPoint, Money } from '@quickbite/shared/http';
import type { OrderStatus } from './order-states.js';

/** One line of an order, at the price that the menu had when it was placed. */
export interface OrderItem {
  readonly menuItemId: string;
  readonly name: string;
  readonly unitPrice: Money;
  readonly quantity: number;
}

/** One step that an order took. */
export interface HistoryEntry {
  /** null for the first entry: the order was placed. */
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly at: string;
  /** Account that caused it. */
  readonly by: string;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly restaurantId: string;
  readonly restaurantName: string;
  readonly restaurantOwnerId: string;
  readonly restaurantLocation: GeoPoint;
  readonly deliveryLocation: GeoPoint;
  readonly items: readonly OrderItem[];
  readonly itemsTotal: Money;
  readonly deliveryFee: Money;
  readonly total: Money;
  readonly status: OrderStatus;
  /** Goes up by one with each change; a change names the version that it is based on. */
  readonly version: number;
  readonly driverId?: string;
  /** Account of the driver. */
  readonly driverUserId?: string;
  readonly history: readonly HistoryEntry[];
  /** The customer's key for this order: the same one never makes a second order. */
  readonly idempotencyKey: string;
  /** Fingerprint of the request that placed it, to tell a repetition from another order under the same key. */
  readonly requestHash: string;
  /** What the payment provider took. */
  readonly chargeId?: string;
  /** What it gave back. */
  readonly refundId?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
