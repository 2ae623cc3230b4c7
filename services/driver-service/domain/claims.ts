import type { EventData, EventEnvelope } from '@quickbite/shared/events';
import type { RequestContext } from '@quickbite/shared/logging';
import type { Driver } from './driver.js';

/** How an attempt to take a driver ended. `held`: another driver has the order already. */
export type ClaimResult = 'claimed' | 'lost' | 'held';

/** What a driver is taken for. */
export interface ClaimTerms {
  readonly orderId: string;
  /** Published at once, or when the driver accepts. */
  readonly event: EventEnvelope<'driver.assigned'>;
  /** ms that the driver has to accept; absent when nobody asks them. */
  readonly acceptWithinMs?: number;
  /** False: reads and then writes, as a lesson. */
  readonly atomic: boolean;
}

/** A driver and the order that they were offered. */
export interface OfferedOrder {
  readonly driverId: string;
  readonly orderId: string;
}

/** Who has which order. Every write is one atomic operation with its precondition in the filter, unless a claim says otherwise. */
export interface Claims {
  isHeld(orderId: string): Promise<boolean>;
  claim(driverId: string, terms: ClaimTerms): Promise<ClaimResult>;
  /** Turns an offer into an assignment, whose event goes out. @returns undefined when there is none, or it is too old */
  accept(userId: string, orderId: string): Promise<Driver | undefined>;
  /** Takes an offer back. @returns the driver, who is available again; undefined when there was none any more */
  withdraw(offered: OfferedOrder): Promise<Driver | undefined>;
  /** Offers that nobody answered in time. */
  unanswered(): Promise<readonly OfferedOrder[]>;
  /** Frees whoever holds the order, and counts the delivery if it was one. @returns the driver who did */
  release(orderId: string, delivered: boolean): Promise<Driver | undefined>;
}

/** An order that is offered around. */
export interface Search {
  readonly order: EventData<'order.confirmed'>;
  /** Drivers who do not get it again. */
  readonly declinedBy: readonly string[];
  /** When it wants its next driver; absent while one is asked, or has it. */
  readonly nextTryAt?: Date;
  /** What its events and log lines belong to. */
  readonly context: RequestContext;
}

/** Remembers orders that are offered around, so that one that was declined is not forgotten when the service dies. */
export interface Searches {
  /** Does nothing when it is open already. */
  open(order: EventData<'order.confirmed'>): Promise<void>;
  find(orderId: string): Promise<Search | undefined>;
  /** Notes who does not want it; from now on it wants the next. */
  decline(offered: OfferedOrder): Promise<void>;
  /** Those that want a driver now. */
  due(): Promise<readonly Search[]>;
  /** Sets the next try of a search, or that none is wanted, unless somebody declined since it was read. */
  schedule(search: Search, nextTryAt: Date | undefined): Promise<void>;
  end(orderId: string): Promise<void>;
}
