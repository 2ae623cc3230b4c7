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

/** @throws AppError `not-found` for an account that has no part in the order: the same as for one that does not exist */
export function requireParticipant(order: Order, identity: Identity): void {
  if (actorsOf(order, identity).length === 0) throw noSuchOrder(order.id);
}

export function noSuchOrder(id: string): AppError {
  return new AppError('not-found', `There is no order ${id} that this account has a part in.`);
}
