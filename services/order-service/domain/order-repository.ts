import type { EventEnvelope } from '@quickbite/shared/events';
import type { Page } from '@quickbite/shared/http';
import type { HistoryEntry, Order, OrderRating } from './order.js';
import type { StatementPosting } from './payment-webhook.js';

/** An order as a list shows it. */
export type OrderSummary = Omit<Order, 'history'>;

/** Whose orders to list. */
export type OrderFilter =
  { readonly customerId: string } | { readonly restaurantOwnerId: string } | { readonly driverUserId: string };

/** The state that a change is based on. */
export type Expected = Pick<Order, 'id' | 'version' | 'payment'>;

/** One step with everything that belongs to it. */
export interface Step {
  readonly entry: HistoryEntry;
  readonly event: EventEnvelope;
  /** What was charged: the payment is then complete in the same write. */
  readonly chargeId?: string;
  /** The webhook that brought the step about: it is posted to the statement in the same write. */
  readonly posting?: StatementPosting;
}

/**
 * Where orders are stored. Each method that changes one does it in a single write that names the version it is based on, and
 * returns undefined when that is not the stored one any more: somebody else was faster.
 */
export interface OrderRepository {
  newId(): string;
  /**
   * @returns undefined when the customer has an order with this idempotency key, or, with `onePending`, a PENDING one with this
   * restaurant
   */
  create(order: Order, event: EventEnvelope, options?: { readonly onePending: boolean }): Promise<Order | undefined>;
  findById(id: string): Promise<Order | undefined>;
  findByIdempotencyKey(customerId: string, idempotencyKey: string): Promise<Order | undefined>;
  findPending(customerId: string, restaurantId: string): Promise<Order | undefined>;
  /** Newest first. */
  list(filter: OrderFilter, page: { readonly page: number; readonly limit: number }): Promise<Page<OrderSummary>>;
  /** Moves the order on, appends to its history and puts the event into its outbox. */
  takeStep(expected: Expected, step: Step): Promise<Order | undefined>;
  assignDriver(
    expected: Expected,
    driver: { readonly driverId: string; readonly driverUserId: string },
  ): Promise<Order | undefined>;
  /**
   * Writes what the customer thought of a delivered order, with its event; once. It is no change of the order: nothing else
   * happens to one that was delivered.
   * @returns undefined when it was not delivered, or has a rating
   */
  rate(id: string, rating: OrderRating, event: EventEnvelope): Promise<Order | undefined>;
  /** PENDING orders that were placed before a time, oldest first. */
  findPendingSince(before: Date, limit: number): Promise<readonly Order[]>;
}

/**
 * What happens to an order's payment. It does not count as a change of the order: each write has conditions of its own, and may
 * come at any moment beside a step.
 */
export interface PaymentRecords {
  /**
   * Notes, before the provider is asked, that it will be: whatever happens then, the payment is looked after from `nextAttemptAt` on.
   * @returns false when the order is not PENDING any more
   */
  begin(id: string, times: { readonly startedAt: Date; readonly nextAttemptAt: Date }): Promise<boolean>;
  /** Notes money that was taken for an order that cannot be confirmed, so that the refund survives a crash. */
  recordCharge(id: string, chargeId: string): Promise<void>;
  recordRefund(id: string, refundId: string): Promise<void>;
  /** Notes that nothing was taken, and never will be. */
  recordVoid(id: string): Promise<void>;
  /** Takes the payment that has waited longest for its next attempt, and leaves it to others again from `until` on. */
  claimDue(now: Date, until: Date): Promise<Order | undefined>;
  postpone(id: string, nextAttemptAt: Date): Promise<void>;
  /**
   * Writes a line of the statement.
   * @returns false when it is there
   */
  post(id: string, posting: StatementPosting): Promise<boolean>;
  /** Nothing is left to do. */
  close(id: string): Promise<void>;
}
