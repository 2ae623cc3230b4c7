import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import { requireOrder } from './get-order.js';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';
import { canFollow, mayEnter, nextStatuses } from './order-states.js';
import type { ReachableStatus, requestableStatuses } from './order-states.js';
import { actorsOf } from './participants.js';
import { takeStep } from './take-step.js';

/** What somebody wants: a state, based on the version that they have seen. */
export interface MoveRequest {
  readonly to: (typeof requestableStatuses)[number];
  readonly version: number;
}

/**
 * Moves an order to its next state for somebody who may do that.
 * @throws AppError `not-found`; `not-allowed`; `conflict` when the version is old or the state cannot follow
 */
export async function moveOrder(
  dependencies: { readonly orders: OrderRepository; readonly now: () => Date; readonly nudgeOutbox: () => void },
  mover: Identity,
  id: string,
  { to, version }: MoveRequest,
): Promise<Order> {
  const { orders } = dependencies;
  const order = await requireOrder(orders, id);
  requirePermission(order, mover, to);
  if (order.version !== version) throw outdated(order, version);
  if (!canFollow(order.status, to)) throw wrongStep(order, to);
  const moved = await takeStep(dependencies, order, { to, by: mover.userId });
  if (!moved) throw outdated(await requireOrder(orders, id), version);
  return moved;
}

function requirePermission(order: Order, mover: Identity, to: ReachableStatus): void {
  if (actorsOf(order, mover).some((actor) => mayEnter(to, actor))) return;
  if (mover.role === 'driver' && mayEnter(to, 'driver') && order.driverUserId === undefined)
    throw new AppError('conflict', 'No driver has been assigned to this order yet. Try again when it shows one.');
  throw new AppError('not-allowed', `This account may not move this order to ${to}.`);
}

function outdated(order: Order, seen: number): AppError {
  return new AppError(
    'conflict',
    `The order has changed: it is ${order.status} at version ${order.version}, and the request is based on version ${seen}. Read it again and decide anew.`,
  );
}

function wrongStep(order: Order, to: ReachableStatus): AppError {
  const possible = nextStatuses(order.status).join(', ') || 'nothing';
  return new AppError('conflict', `An order that is ${order.status} cannot become ${to}; it can become ${possible}.`);
}
