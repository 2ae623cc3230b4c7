import type { GeoPoint, Money } from '@quickbite/shared/http';
import type { OrderStatus } from './order-states.js';
import type { Surge } from './surge.js';

/** One line of an order, at the price that the menu had when it was placed. */
export interface OrderItem {
  readonly menuItemId: string;
  readonly name: string;
  readonly unitPrice: Money;
  readonly quantity: number;
}

/** What the delivery fee is made of: `baseDeliveryFee` for the way, multiplied with the surge. */
export interface OrderPricing {
  /** From the restaurant to the door, in a straight line. */
  readonly distanceMeters: number;
  readonly baseDeliveryFee: Money;
  /** What the surge adds to it. */
  readonly surgeFee: Money;
  readonly surge: Surge;
}

/** One step that an order took. */
export interface HistoryEntry {
  /** null for the first entry: the order was placed. */
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly at: string;
  /** Account that caused it; null when the service did so itself. */
  readonly by: string | null;
}

/**
 * How the payment of an order stands. What is still to be done follows from it and from the order's status: an order that came
 * to nothing owes back what was charged.
 */
export interface OrderPayment {
  /** `charging`: the provider was asked, and nobody knows yet what it did. `voided`: it is certain that it took nothing. */
  readonly state: 'charging' | 'charged' | 'refunded' | 'voided';
  /** What the payment provider took. */
  readonly chargeId?: string;
  /** What it gave back. */
  readonly refundId?: string;
  /** When the customer asked to pay; again with another card, again. */
  readonly startedAt?: string;
  /** How often the worker has looked after it. */
  readonly attempts: number;
  /** When the worker looks after it next; absent when nothing is left to do. */
  readonly nextAttemptAt?: string;
}

/** What the customer thought of the delivery. */
export interface OrderRating {
  /** 1 to 5. */
  readonly stars: number;
  readonly comment?: string;
  readonly at: string;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly restaurantId: string;
  readonly restaurantName: string;
  readonly restaurantCuisine: string;
  readonly restaurantOwnerId: string;
  readonly restaurantLocation: GeoPoint;
  readonly deliveryLocation: GeoPoint;
  readonly items: readonly OrderItem[];
  readonly itemsTotal: Money;
  readonly deliveryFee: Money;
  readonly total: Money;
  readonly pricing: OrderPricing;
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
  /** Absent until the customer pays for the first time. */
  readonly payment?: OrderPayment;
  readonly rating?: OrderRating;
  readonly createdAt: string;
  readonly updatedAt: string;
}
