import { AppError } from '@quickbite/shared/errors';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';

/** What keeps a customer from having two PENDING orders with one restaurant. */
export type PendingGuardKind = 'unique-index' | 'lock' | 'none';

/**
 * Creates an order under the guard.
 * @param create does it; with `onePending` the database refuses a second PENDING one
 * @throws AppError `conflict` when the lock is taken, or the customer has a PENDING order with this restaurant
 */
export type PendingGuard = (
  order: Order,
  create: (onePending: boolean) => Promise<Order | undefined>,
) => Promise<Order | undefined>;

/** A lock that expires by itself, and numbers its holders: a later one has a higher number. */
export interface PendingLock {
  /**
   * @returns undefined when somebody else holds it
   * @throws AppError `upstream-unavailable` without Redis
   */
  acquire(key: string): Promise<{ readonly fence: number; release(): Promise<void> } | undefined>;
}

/** The last holder whose write was let through, for each key. */
export interface PendingFences {
  /** @returns false when a later holder has been let through: whoever asks has lost the lock without noticing */
  pass(key: string, fence: number): Promise<boolean>;
}

export function createPendingGuard(dependencies: {
  readonly kind: () => PendingGuardKind;
  readonly orders: OrderRepository;
  readonly lock: PendingLock;
  readonly fences: PendingFences;
}): PendingGuard {
  const { kind, orders, lock, fences } = dependencies;
  return async function guardPending(order, create) {
    if (kind() !== 'lock') return create(kind() === 'unique-index');
    const key = `${order.customerId}:${order.restaurantId}`;
    const held = await lock.acquire(key);
    if (!held) throw pendingExists(undefined);
    try {
      const pending = await orders.findPending(order.customerId, order.restaurantId);
      // A repetition of the order that is PENDING is none of the guard's business: the idempotency key tells.
      if (pending && pending.idempotencyKey !== order.idempotencyKey) throw pendingExists(pending);
      if (!(await fences.pass(key, held.fence))) throw pendingExists(undefined);
      return await create(false);
    } finally {
      await held.release();
    }
  };
}

export function pendingExists(pending: Order | undefined): AppError {
  return new AppError(
    'conflict',
    pending
      ? `The order ${pending.id} with this restaurant waits for its payment. Pay or cancel it before you place another one.`
      : 'Another order with this restaurant is being placed at this moment. Try again.',
  );
}
