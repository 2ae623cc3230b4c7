import { createHash } from 'node:crypto';
import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Order } from './order.js';
import { orderEvent } from './order-events.js';
import type { OrderRepository } from './order-repository.js';
import { pendingExists } from './guard-pending.js';
import type { PendingGuard } from './guard-pending.js';
import { priceAsQuoted, priceNow } from './quote-order.js';
import type { Basket, PricingDependencies } from './quote-order.js';
import { requireRestaurant } from './restaurants.js';

/** What a customer sends. */
export interface OrderRequest extends Basket {
  /** Of `quoteOrder`: what was promised is what it costs. */
  readonly quoteId?: string | undefined;
}

interface Dependencies extends PricingDependencies {
  readonly orders: OrderRepository;
  readonly nudgeOutbox: () => void;
  readonly guardPending: PendingGuard;
}

/**
 * Places an order, once for an idempotency key: a repetition answers with the first one. The unique index decides
 * between two that arrive at the same moment.
 * @throws AppError `not-found` without the restaurant; `conflict` when the key came with another request, when the customer has
 * a PENDING order with this restaurant, or when a quote does not hold any more
 */
export async function placeOrder(
  dependencies: Dependencies,
  customer: Identity,
  idempotencyKey: string,
  request: OrderRequest,
): Promise<{ readonly order: Order; readonly created: boolean }> {
  const { orders, restaurants, nudgeOutbox, guardPending } = dependencies;
  const requestHash = fingerprint(request);
  const findEarlier = (): Promise<Order | undefined> => orders.findByIdempotencyKey(customer.userId, idempotencyKey);

  const earlier = await findEarlier();
  if (earlier) return repetition(earlier, requestHash);

  const restaurant = await requireRestaurant(restaurants, request.restaurantId, customer);
  const pricing = { customer, restaurant, basket: request };
  const priced =
    request.quoteId === undefined
      ? await priceNow(dependencies, pricing)
      : priceAsQuoted(dependencies, pricing, request.quoteId);
  const at = dependencies.now().toISOString();
  const draft: Order = {
    id: orders.newId(),
    customerId: customer.userId,
    restaurantId: restaurant.id,
    restaurantName: restaurant.name,
    restaurantCuisine: restaurant.cuisine,
    restaurantOwnerId: restaurant.ownerId,
    restaurantLocation: restaurant.location,
    deliveryLocation: request.deliveryLocation,
    ...priced,
    status: 'PENDING',
    version: 1,
    history: [{ from: null, to: 'PENDING', at, by: customer.userId }],
    idempotencyKey,
    requestHash,
    createdAt: at,
    updatedAt: at,
  };
  const order = await guardPending(draft, (onePending) => orders.create(draft, orderEvent(draft), { onePending }));
  if (order) {
    nudgeOutbox();
    return { order, created: true };
  }
  const winner = await findEarlier();
  if (winner) return repetition(winner, requestHash);
  throw pendingExists(await orders.findPending(draft.customerId, draft.restaurantId));
}

function repetition(earlier: Order, requestHash: string): { readonly order: Order; readonly created: false } {
  if (earlier.requestHash === requestHash) return { order: earlier, created: false };
  throw new AppError(
    'conflict',
    'This Idempotency-Key has been used for another order. Send a new key with a new order, and the same key only to repeat the same one.',
  );
}

/** The parsed request has its fields in a fixed order, so that its text is the same for the same request. */
function fingerprint(request: OrderRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
