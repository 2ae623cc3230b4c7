import type { Logger } from '@quickbite/shared/logging';
import type { OrderRepository } from './order-repository.js';
import { takeStep } from './take-step.js';

/** At most so many a round: the next one comes in a second. */
const BATCH = 100;

/** Cancels orders that were placed and never paid. What was charged for one without our knowing is given back like any other. */
export async function expireOrders(dependencies: {
  readonly orders: OrderRepository;
  readonly now: () => Date;
  readonly nudgeOutbox: () => void;
  readonly logger: Logger;
  /** How long an order may wait for its payment. */
  readonly pendingTtlMinutes: () => number;
}): Promise<void> {
  const { orders, now, logger, pendingTtlMinutes } = dependencies;
  const before = new Date(now().getTime() - pendingTtlMinutes() * 60_000);
  for (const order of await orders.findPendingSince(before, BATCH)) {
    // Missed when somebody was faster: then it is paid, or cancelled already.
    const expired = await takeStep(dependencies, order, { to: 'CANCELLED', by: null });
    if (expired) logger.info('order expired unpaid', { orderId: order.id });
  }
}
