import { eventually } from '@quickbite/shared/testing';
import type { StartedStack } from '@quickbite/runtime/stack';
import { expect, test } from 'vitest';
import { withStack } from './booted.js';
import { callGateway, register } from './people.js';
import type { GatewayAnswer, Person } from './people.js';

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const point = (lng: number, lat: number) => ({ type: 'Point', coordinates: [lng, lat] });
const RESTAURANT = point(13.405, 52.52);

interface Quote {
  readonly quoteId: string;
  readonly total: { readonly amount: number };
  readonly pricing: {
    readonly surge: { readonly multiplier: number; readonly demand: number; readonly supply: number };
  };
}
interface Order {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly total: { readonly amount: number };
  readonly driverId?: string;
}

test('drivers who wait and customers who ask make the price; who delivers is rated for it', async () => {
  await withStack({}, async (stack) => {
    await setKnobs(stack, 'order-service', { 'surge.repriceSeconds': 0 });
    const gateway = stack.process('api-gateway').url;
    const call = async <Body>(as: Person, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
      const answer: GatewayAnswer<Body> = await callGateway(gateway, method, path, { as, body });
      expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
      return answer.body;
    };
    const owner = await register(gateway, 'restaurant_owner', '10.9.0.1');
    const driver = await register(gateway, 'driver', '10.9.0.2');
    const restaurant = await call<{ id: string; menu: { id: string }[] }>(owner, 'POST', '/api/restaurants', {
      name: 'Bangkok Kitchen',
      cuisine: 'thai',
      location: RESTAURANT,
      menu: [{ name: 'Curry', price: EUR(1290) }],
    });
    const profile = await call<{ id: string }>(driver, 'PUT', '/api/drivers/me', {
      vehicle: 'bicycle',
      location: RESTAURANT,
      status: 'available',
    });

    const basket = {
      restaurantId: restaurant.id,
      items: restaurant.menu.map(({ id }) => ({ menuItemId: id, quantity: 1 })),
      deliveryLocation: point(13.405, 52.53),
    };
    const customers: Person[] = [];
    const quotes: Quote[] = [];
    for (let n = 0; n < 6; n += 1) {
      const customer = await register(gateway, 'customer', `10.9.1.${n}`);
      customers.push(customer);
      quotes.push(await call<Quote>(customer, 'POST', '/api/orders/quote', basket));
    }
    const [customer] = customers;
    const [quote] = quotes;
    if (!customer || !quote) throw new Error('expected customers');
    expect(quotes.map(({ pricing }) => pricing.surge.multiplier)).toEqual([1, 1, 1, 1, 1.25, 1.5]);
    // driver-service counts the driver, and order-service the customers, in the same cell.
    expect(quotes.at(-1)?.pricing.surge).toMatchObject({ demand: 6, supply: 1 });

    let order = await call<Order>(customer, 'POST', '/api/orders', { ...basket, quoteId: quote.quoteId });
    expect(order.total).toEqual(quote.total);
    const path = `/api/orders/${order.id}`;
    await call(customer, 'POST', `${path}/payment`, { paymentToken: 'tok_visa' });
    order = await eventually(
      async () => {
        const found = await call<Order>(customer, 'GET', path);
        expect(found.driverId).toBe(profile.id);
        return found;
      },
      { withinMs: 30_000 },
    );
    for (const [to, as] of [
      ['PREPARING', owner],
      ['READY', owner],
      ['OUT_FOR_DELIVERY', driver],
      ['DELIVERED', driver],
    ] as const)
      order = await call<Order>(as, 'POST', `${path}/transitions`, { to, version: order.version });
    await call(customer, 'POST', `${path}/rating`, { stars: 1, comment: 'Cold.' });
    await eventually(
      async () => {
        // The five that a driver starts with count as ten ratings.
        const { rating } = await call<{ rating: number }>(customer, 'GET', `/api/drivers/${profile.id}`);
        expect(rating).toBe(4.64);
      },
      { withinMs: 30_000 },
    );
  });
});

async function setKnobs(stack: StartedStack, service: string, knobs: object): Promise<void> {
  const response = await fetch(`${stack.process(service).url}/internal/knobs`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-lab-key': stack.labKey },
    body: JSON.stringify(knobs),
  });
  if (!response.ok) throw new Error(`expected ${service} to take the knobs, got ${response.status}`);
}
