import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Order } from './order.js';
import type { Actor } from './order-states.js';

/** What an account is in an order. */
export function actorsOf(order: Order, identity: Identity): readonly Actor[] {
  const roles: readonly (readonly [Actor, string | undefined])[] = [
    ['customer', order.customerId],
    ['owner', order.restaurantOwnerId],
    ['driver', order.driverUserId],
  ];
  return roles.filter(([, userId]) => userId === identity.userId).map(([actor]) => actor);
}

/** @throws AppError `not-allowed` for an account that has no part in the order */
export function requireParticipant(order: Order, identity: Identity): void {
  if (actorsOf(order, identity).length === 0)
    throw new AppError('not-allowed', 'An order is shown to its customer, the owner of its restaurant and its driver.');
}
