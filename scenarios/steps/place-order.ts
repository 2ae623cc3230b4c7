import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { orderRequest } from '../load/index.js';
import type { Person } from '../load/index.js';
import type { ArmRun } from '../protocol/index.js';

const HAS_ONE = 409;

const order = z.looseObject({ id: z.string() });

/** An order that the order service has accepted. */
export interface PlacedOrder {
  readonly id: string;
  readonly customerId: string;
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
    const body = orderRequest(restaurant, run.cast.place);
    const answer = await run.api(customer).post('/api/orders', body, { idempotencyKey: randomUUID() });
    if (answer.expect(201, HAS_ONE).status === 201) return { id: answer.read(order).id, customerId: customer.id };
  }
  throw new RangeError('Expected a cast with a restaurant for each round of orders.');
}
