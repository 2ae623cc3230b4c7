import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@quickbite/shared/testing';
import { z } from 'zod';
import { deliveryLocation, eur, newCase, orderOf, somebody, someId } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('placing and reading orders', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());
  afterEach(() => service.restaurants.behave('well'));

  describe('POST /api/orders', () => {
    it('prices the order from the menu, past any cache, as the customer who asks', async () => {
      const { place, customer, restaurant } = newCase(service);
      const answer = await place();
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe(`/api/orders/${orderOf(answer).id}`);
      expect(answer.body).toMatchObject({
        customerId: customer.userId,
        restaurantId: restaurant.id,
        restaurantOwnerId: restaurant.ownerId,
        items: [
          { name: 'Curry', unitPrice: eur(1290), quantity: 2 },
          { name: 'Rice', unitPrice: eur(300), quantity: 2 },
        ],
        itemsTotal: eur(3180),
        deliveryFee: eur(199),
        total: eur(3379),
        status: 'PENDING',
        version: 1,
        history: [{ from: null, to: 'PENDING', by: customer.userId }],
      });
      for (const hidden of ['idempotencyKey', 'requestHash', 'outbox', '_id'])
        expect(answer.body).not.toHaveProperty(hidden);
      expect(service.restaurants.calls.at(-1)).toMatchObject({
        'cache-control': 'no-cache',
        'x-quickbite-identity': expect.any(String) as string,
        'x-correlation-id': answer.headers.get('x-correlation-id'),
      });
    });

    it('publishes order.created with the correlation id of the request', async () => {
      const { place, customer, restaurant } = newCase(service);
      const answer = await place();
      const event = await eventually(() => {
        const found = service.events.find(({ data }) => 'orderId' in data && data.orderId === orderOf(answer).id);
        if (!found) throw new Error('no event yet');
        return found;
      });
      expect(event).toMatchObject({
        type: 'order.created',
        correlationId: answer.headers.get('x-correlation-id'),
        data: {
          orderVersion: 1,
          customerId: customer.userId,
          restaurantLocation: restaurant.location,
          deliveryLocation,
          total: eur(3379),
          status: 'PENDING',
        },
      });
    });

    it('makes one order of many simultaneous requests with one key', async () => {
      const { place } = newCase(service);
      const key = someId();
      const answers = await Promise.all(Array.from({ length: 10 }, () => place({ key })));
      expect(new Set(answers.map((answer) => orderOf(answer).id)).size).toBe(1);
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    });

    it('answers a repetition with the order as it was placed, whatever the menu costs by now', async () => {
      const { place, restaurant } = newCase(service);
      const key = someId();
      const first = await place({ key });
      service.restaurants.restaurants.delete(restaurant.id);
      const second = await place({ key });
      expect(second.status).toBe(200);
      expect(second.body).toEqual(first.body);
    });

    it('refuses a key that comes again with another order', async () => {
      const { place, request } = newCase(service);
      const key = someId();
      await place({ key });
      const answer = await place({ key, body: { ...request, items: request.items.slice(1) } });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject(problem('conflict'));
    });

    it('lets two customers use the same key', async () => {
      const { place } = newCase(service);
      const key = someId();
      const [one, other] = [await place({ key }), await place({ key, as: somebody('customer') })];
      expect([one.status, other.status]).toEqual([201, 201]);
    });

    it('answers everybody who repeats at the same moment with their own order', async () => {
      const [customers, cases] = [
        [somebody('customer'), somebody('customer')],
        [newCase(service), newCase(service)],
      ];
      const everything = cases.flatMap(({ place }) => {
        const key = someId();
        return customers.map((as) => () => place({ key, as }));
      });
      const placed = await Promise.all(everything.map((place) => place()));
      expect(placed.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const repeated = await Promise.all(everything.map((place) => place()));
      expect(repeated.map((answer) => orderOf(answer).id)).toEqual(placed.map((answer) => orderOf(answer).id));
    });

    it('is for customers', async () => {
      const { request, place, owner } = newCase(service);
      const headers = { 'idempotency-key': someId() };
      expect((await service.call('POST', '/api/orders', { body: request, headers })).status).toBe(401);
      expect(
        (await service.call('POST', '/api/orders', { body: request, headers: { ...headers, 'x-user-id': someId() } }))
          .status,
      ).toBe(401);
      expect((await place({ as: owner })).status).toBe(403);
    });

    it('needs an idempotency key', async () => {
      const { request, customer } = newCase(service);
      const answer = await service.call('POST', '/api/orders', { as: customer, body: request });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ errors: [{ path: 'idempotency-key' }] });
    });

    it('refuses prices, unknown fields and impossible items', async () => {
      const { place, request } = newCase(service);
      const [item] = request.items;
      const bodies = [
        { ...request, total: eur(1) },
        { ...request, customerId: someId() },
        { ...request, items: [] },
        { ...request, items: [item, item] },
        { ...request, items: [{ ...item, quantity: 0 }] },
        { ...request, items: [{ ...item, unitPrice: eur(1) }] },
        { ...request, items: [{ menuItemId: someId(), quantity: 1 }] },
        { ...request, restaurantId: { $ne: null } },
        { ...request, deliveryLocation: { type: 'Point', coordinates: [13.405, 53.52] } },
      ];
      for (const body of bodies) {
        const answer = await place({ body });
        expect(answer.status, JSON.stringify(body)).toBe(400);
        expect(answer.body).toMatchObject(problem('invalid-request'));
      }
    });

    it('answers 404 for a restaurant that is not there', async () => {
      const { place, request } = newCase(service);
      expect((await place({ body: { ...request, restaurantId: someId() } })).status).toBe(404);
    });

    it('answers 504 when the restaurant hangs and 502 when it fails, and the same key works afterwards', async () => {
      const { place } = newCase(service);
      const key = someId();
      await service.setKnobs({ 'restaurant.timeoutMs': 100 });
      service.restaurants.behave('hang');
      expect((await place({ key })).status).toBe(504);
      service.restaurants.behave('fail');
      expect((await place({ key })).status).toBe(502);
      service.restaurants.behave('well');
      await service.setKnobs({ 'restaurant.timeoutMs': 10_000 });
      expect((await place({ key })).status).toBe(201);
    });
  });

  describe('GET /api/orders and /api/orders/:id', () => {
    it('shows an order to its customer and to the owner of its restaurant, and to nobody else', async () => {
      const { place, customer, owner } = newCase(service);
      const { id } = orderOf(await place());
      const path = `/api/orders/${id}`;
      expect((await service.call('GET', path, { as: customer })).body).toMatchObject({
        id,
        history: [{ to: 'PENDING' }],
      });
      expect((await service.call('GET', path, { as: owner })).status).toBe(200);
      expect((await service.call('GET', path)).status).toBe(401);
      for (const stranger of [somebody('customer'), somebody('restaurant_owner'), somebody('driver')]) {
        const answer = await service.call('GET', path, { as: stranger });
        expect(answer.status).toBe(404);
        expect(answer.body).toMatchObject(problem('not-found'));
      }
    });

    it('answers 404 for an order that is not there, and 400 for what is no id', async () => {
      const as = somebody('customer');
      expect((await service.call('GET', `/api/orders/${someId()}`, { as })).status).toBe(404);
      expect((await service.call('GET', '/api/orders/latest', { as })).status).toBe(400);
    });

    it('lists everybody their own, newest first, in pages', async () => {
      const { place, pay, customer, owner } = newCase(service);
      const ids: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const { id } = orderOf(await place());
        await pay(id);
        ids.unshift(id);
      }
      const list = async (as: typeof customer, query = ''): Promise<{ items: { id: string }[]; total: number }> =>
        z
          .looseObject({ items: z.array(z.looseObject({ id: z.string() })), total: z.number() })
          .parse((await service.call('GET', `/api/orders${query}`, { as })).body);
      const page = await list(customer, '?limit=2');
      expect(page).toMatchObject({ total: 3, page: 1, limit: 2 });
      expect(page.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect(page.items[0]).not.toHaveProperty('history');
      expect(page.items[0]).not.toHaveProperty('requestHash');
      expect((await list(customer, '?limit=2&page=2')).items.map(({ id }) => id)).toEqual(ids.slice(2));
      expect((await list(owner)).items.map(({ id }) => id)).toEqual(ids);
      expect((await list(somebody('customer'))).total).toBe(0);
      expect((await list(somebody('driver'))).total).toBe(0);
      expect((await service.call('GET', '/api/orders?customerId=x', { as: customer })).status).toBe(400);
      expect((await service.call('GET', '/api/orders')).status).toBe(401);
    });
  });
});
