import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Person, Restaurant, StoryAnswer } from '../load/index.js';
import type { ArmRun } from '../protocol/index.js';

const HAS_ONE = 409;

const order = z.looseObject({ id: z.string() });

/** An order that the order service has accepted. */
export interface PlacedOrder {
  readonly id: string;
  readonly customerId: string;
}

/** Tries to order one dish of a restaurant; the answer may be anything. */
export function askForOrder(run: ArmRun, customer: Person, restaurant: Restaurant): Promise<StoryAnswer> {
  const body = {
    restaurantId: restaurant.id,
    items: [{ menuItemId: restaurant.menu[0]?.id, quantity: 1 }],
    deliveryLocation: run.cast.place,
  };
  return run.api(customer).post('/api/orders', body, { idempotencyKey: randomUUID() });
}

/** The order that an answer has accepted; undefined when it accepted none. */
export function acceptedIn(answer: StoryAnswer, customer: Person): PlacedOrder | undefined {
  return answer.status === 201 ? { id: answer.read(order).id, customerId: customer.id } : undefined;
}

/**
 * Every customer orders, all at once: each at the first restaurant of the cast where they have no unpaid order, of which one is
 * allowed at a time. Each round of a story, in each arm, takes one restaurant more.
 */
export function everybodyOrders(run: ArmRun, customers: readonly Person[]): Promise<readonly PlacedOrder[]> {
  return Promise.all(customers.map((customer) => orderSomewhere(run, customer)));
}

async function orderSomewhere(run: ArmRun, customer: Person): Promise<PlacedOrder> {
  for (const restaurant of run.cast.restaurants) {
    const placed = acceptedIn((await askForOrder(run, customer, restaurant)).expect(201, HAS_ONE), customer);
    if (placed) return placed;
  }
  throw new RangeError('Expected a cast with a restaurant for each round of orders.');
}
