import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import { requireOrder } from './get-order.js';
import type { Order } from './order.js';
import type { OrderRepository } from './order-repository.js';
import { canFollow, mayEnter, nextStatuses } from './order-states.js';
import type { ReachableStatus, requestableStatuses } from './order-states.js';
import { actorsOf, requireParticipant } from './participants.js';
import { takeStep } from './take-step.js';

/** What somebody wants: a state, based on the version that they have seen. */
export interface MoveRequest {
  readonly to: (typeof requestableStatuses)[number];
  readonly version: number;
}

/**
 * Moves an order to its next state for somebody who may do that.
 * @throws AppError `not-found`, also for accounts without a part in it; `not-allowed`; `conflict` when the version is old or the state cannot follow
 */
export async function moveOrder(
  dependencies: {
    readonly orders: OrderRepository;
    readonly now: () => Date;
    readonly nudgeOutbox: () => void;
    /** Looks after payments now: there may be something to refund. */
    readonly nudgePayments: () => void;
    readonly optimisticLock: () => boolean;
    /** Off, any state can follow. */
    readonly stateMachine: () => boolean;
  },
  mover: Identity,
  id: string,
  { to, version }: MoveRequest,
): Promise<Order> {
  const { orders } = dependencies;
  const order = await requireOrder(orders, id);
  requirePermission(order, mover, to);
  if (dependencies.optimisticLock() && order.version !== version) throw outdated(order, version);
  if (dependencies.stateMachine() && !canFollow(order.status, to)) throw wrongStep(order, to);
  const moved = await takeStep(dependencies, order, { to, by: mover.userId });
  if (!moved) throw outdated(await requireOrder(orders, id), version);
  if (to === 'CANCELLED') dependencies.nudgePayments();
  return moved;
}

function requirePermission(order: Order, mover: Identity, to: ReachableStatus): void {
  requireParticipant(order, mover);
  if (actorsOf(order, mover).some((actor) => mayEnter(to, actor))) return;
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
