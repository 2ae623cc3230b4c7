import type { EventEnvelope } from '@quickbite/shared/events';
import type { Page } from '@quickbite/shared/http';
import type { HistoryEntry, Order } from './order.js';

/** An order as a list shows it. */
export type OrderSummary = Omit<Order, 'history'>;

/** Whose orders to list. */
export type OrderFilter =
  { readonly customerId: string } | { readonly restaurantOwnerId: string } | { readonly driverUserId: string };

/** The state that a change is based on. */
export type Expected = Pick<Order, 'id' | 'version'>;

/** One step with everything that belongs to it. */
export interface Step {
  readonly entry: HistoryEntry;
  readonly event: EventEnvelope;
  readonly chargeId?: string;
}

/**
 * Where orders are stored. Each method that changes one does it in a single write that names the version it is based on, and
 * returns undefined when that is not the stored one any more: somebody else was faster.
 */
export interface OrderRepository {
  newId(): string;
  /** @returns undefined when the customer has an order with this idempotency key */
  create(order: Order, event: EventEnvelope): Promise<Order | undefined>;
  findById(id: string): Promise<Order | undefined>;
  findByIdempotencyKey(customerId: string, idempotencyKey: string): Promise<Order | undefined>;
  /** Newest first. */
  list(filter: OrderFilter, page: { readonly page: number; readonly limit: number }): Promise<Page<OrderSummary>>;
  /** Moves the order on, appends to its history and puts the event into its outbox. */
  takeStep(expected: Expected, step: Step): Promise<Order | undefined>;
  assignDriver(
    expected: Expected,
    driver: { readonly driverId: string; readonly driverUserId: string },
  ): Promise<Order | undefined>;
  /** Notes money that was taken for an order that cannot be confirmed, so that the refund survives a crash. */
  recordCharge(id: string, chargeId: string): Promise<void>;
  recordRefund(id: string, refundId: string): Promise<void>;
}
