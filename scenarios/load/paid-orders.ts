import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Person } from './cast.js';
import type { Answer } from './exchange.js';
import type { Rate } from './rate.js';
import { steady } from './traffic.js';
import type { ClientRequest, Traffic } from './traffic.js';

const created = z.looseObject({ id: z.string() });

/** Options of `paidOrders`. */
export interface PaidOrdersOptions {
  /** Orders per second; each is two requests. */
  readonly rate: Rate;
  /** What the customers pay with. Default `tok_visa`, which is accepted. */
  readonly paymentToken?: string;
}

/**
 * Customers of the cast who order and then pay, by turns: `POST /api/orders`, `POST /api/orders/:id/payment`. The samples
 * of the tag `order` are marked with the order's id.
 */
export function paidOrders({ rate, paymentToken = 'tok_visa' }: PaidOrdersOptions): Traffic {
  return steady(rate, 'orders, each created and paid,', ({ customers, restaurants, place }, random) => (n) => {
    const customer = customers[n % customers.length];
    // A customer has one unpaid order with a restaurant at a time: each round goes to the next one.
    const restaurant = restaurants[Math.floor(n / customers.length) % restaurants.length];
    const order = {
      restaurantId: restaurant?.id,
      items: [{ menuItemId: restaurant?.menu[0]?.id, quantity: 1 + random.integer(2) }],
      deliveryLocation: place,
    };
    return {
      tag: 'order',
      plot: `${customer?.id ?? ''} orders ${JSON.stringify(order)}`,
      async go(send) {
        const path = '/api/orders';
        const id = orderIn(await send({ ...post(customer, path, order), tag: 'order', expects: 201, mark: orderIn }));
        if (id === undefined) return;
        await send({ ...post(customer, `${path}/${id}/payment`, { paymentToken }), tag: 'payment', expects: 200 });
      },
    };
  });
}

function orderIn(answer: Answer): string | undefined {
  return answer.status === 201 ? created.parse(JSON.parse(answer.text)).id : undefined;
}

/** The keys are new in each arm: with those of the one before, its orders would be answered again. */
function post(
  who: Person | undefined,
  path: string,
  body: unknown,
): Pick<ClientRequest, 'method' | 'path' | 'headers' | 'body'> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': who?.address ?? '',
    authorization: `Bearer ${who?.token ?? ''}`,
    'idempotency-key': randomUUID(),
  };
  return { method: 'POST', path, headers, body: JSON.stringify(body) };
}
