import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '@quickbite/shared/identity';
import { z } from 'zod';
import { listStrategies } from './domain/name-restaurants.js';
import type { ListStrategy } from './domain/name-restaurants.js';
import type { Restaurant } from './domain/restaurants.js';
import { newCase, somebody } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const ORDERS = 6;
const pageAnswer = z.looseObject({
  items: z.array(z.looseObject({ restaurantId: z.string(), restaurant: z.looseObject({ id: z.string() }) })),
});

describe('a list of orders', () => {
  let service: OrderServiceUnderTest;
  let customer: Identity;
  /** Newest first; the last two orders are of one restaurant. */
  let restaurants: readonly Restaurant[];
  beforeAll(async () => {
    service = await startOrderService();
    await service.setKnobs({ 'orders.pendingGuard': 'none' });
    customer = somebody('customer');
    const placed: Restaurant[] = [];
    for (let n = 0; n < ORDERS; n += 1) {
      const { place, restaurant, request } = newCase(service);
      const known = { ...restaurant, name: `Kitchen ${n}`, cuisine: n % 2 === 0 ? 'thai' : 'greek' };
      service.restaurants.restaurants.set(known.id, known);
      const [again] = n === ORDERS - 1 ? placed.slice(-1) : [known];
      const ordered = again ?? known;
      const items = ordered.menu.map(({ id }) => ({ menuItemId: id, quantity: 1 }));
      const answer = await place({ as: customer, body: { ...request, restaurantId: ordered.id, items } });
      expect(answer.status).toBe(201);
      placed.push(ordered);
    }
    restaurants = placed.reverse();
  });
  beforeEach(() => {
    for (const restaurant of restaurants) service.restaurants.restaurants.set(restaurant.id, restaurant);
  });
  afterEach(() => service.restaurants.behave('well'));
  afterAll(() => service.stop());

  async function list(strategy: ListStrategy): Promise<z.infer<typeof pageAnswer>> {
    await service.setKnobs({ 'orders.listStrategy': strategy });
    const answer = await service.call('GET', '/api/orders', { as: customer });
    expect(answer.status).toBe(200);
    return pageAnswer.parse(answer.body);
  }
  const lookups = async (strategy: ListStrategy, outcome = 'answered'): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    const line = new RegExp(
      `^restaurant_lookups_total\\{.*strategy="${strategy}",outcome="${outcome}".*\\} (\\d+)$`,
      'm',
    );
    return Number(line.exec(text)?.[1] ?? 0);
  };

  it.each([
    ['denormalised', 0],
    ['batch', 1],
    ['n-plus-one', ORDERS],
  ] as const)('says the same with the strategy %s, for %i calls', async (strategy, calls) => {
    const [before, counted] = [service.restaurants.calls.length, await lookups(strategy)];
    const { items, ...page } = await list(strategy);
    expect(items.map(({ restaurant }) => restaurant)).toEqual(
      restaurants.map(({ id, name, cuisine }) => ({ id, name, cuisine })),
    );
    expect(page).toEqual({ page: 1, limit: 20, total: ORDERS });
    expect(service.restaurants.calls.length - before).toBe(calls);
    expect((await lookups(strategy)) - counted).toBe(calls);
  });

  it('costs no call where there are no orders', async () => {
    const before = service.restaurants.calls.length;
    for (const strategy of listStrategies) {
      await service.setKnobs({ 'orders.listStrategy': strategy });
      const answer = await service.call('GET', '/api/orders', { as: somebody('driver') });
      expect(answer.body).toEqual({ items: [], page: 1, limit: 20, total: 0 });
    }
    expect(service.restaurants.calls.length).toBe(before);
  });

  it.each(['fail', 'hang'] as const)('without restaurant-service (%s) is partial where it is asked', async (how) => {
    await service.setKnobs({ 'restaurant.timeoutMs': 200 });
    service.restaurants.behave(how);
    for (const strategy of ['batch', 'n-plus-one'] as const) {
      const failed = await lookups(strategy, 'failed');
      const page = await list(strategy);
      expect(page).toMatchObject({ partial: true, missing: [...new Set(restaurants.map(({ id }) => id))] });
      expect(page.items.map(({ restaurant }) => restaurant)).toEqual(restaurants.map(({ id }) => ({ id })));
      // Also the one that asks for each order: whoever did not answer is not asked again.
      expect(await lookups(strategy, 'failed')).toBe(failed + 1);
    }
    const unaware = await list('denormalised');
    expect(unaware.items[0]?.restaurant).toMatchObject({ name: restaurants[0]?.name });
    expect(unaware).not.toHaveProperty('partial');
    await service.setKnobs({ 'restaurant.timeoutMs': 10_000 });
  });

  it('knows a restaurant that has closed, or another name, from where it asks', async () => {
    const [renamed, , closed] = restaurants;
    if (!renamed || !closed) throw new Error('expected restaurants');
    service.restaurants.restaurants.set(renamed.id, { ...renamed, name: 'New Name' });
    service.restaurants.restaurants.delete(closed.id);
    for (const strategy of ['batch', 'n-plus-one'] as const) {
      const page = await list(strategy);
      expect(page).toMatchObject({ partial: true, missing: [closed.id] });
      expect(page.items[0]?.restaurant).toMatchObject({ id: renamed.id, name: 'New Name' });
    }
    const copies = await list('denormalised');
    expect(copies.items[0]?.restaurant).toMatchObject({ name: renamed.name });
    expect(copies.items[2]?.restaurant).toMatchObject({ name: closed.name });
  });

  it('asks as whoever reads it, with the correlation id of the request', async () => {
    await service.setKnobs({ 'orders.listStrategy': 'batch' });
    const answer = await service.call('GET', '/api/orders', { as: customer });
    const asked = service.restaurants.calls.at(-1);
    expect(asked).toMatchObject({
      'x-quickbite-identity': expect.any(String) as string,
      'x-correlation-id': answer.headers.get('x-correlation-id'),
    });
    expect(asked).not.toHaveProperty('cache-control');
  });
});
