import { eventually } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  customer,
  draft,
  item,
  otherOwner,
  owner,
  problem,
  someId,
  startRestaurants,
} from './testing/start-restaurants.js';
import type { AnsweredRestaurant, StartedRestaurants } from './testing/start-restaurants.js';

const restaurantOf = (answer: ServiceAnswer): AnsweredRestaurant => answer.body as AnsweredRestaurant;
const pageOf = (answer: ServiceAnswer): { readonly items: readonly AnsweredRestaurant[]; readonly total: number } =>
  answer.body as { items: AnsweredRestaurant[]; total: number };

describe('restaurant-service', () => {
  let service: StartedRestaurants;

  beforeAll(async () => {
    service = await startRestaurants();
  });
  beforeEach(() => service.reset());
  afterAll(() => service.stop());

  const call: StartedRestaurants['call'] = (...request) => service.call(...request);
  const create: StartedRestaurants['create'] = (changes) => service.create(changes);

  /** Puts a copy of version 1 into the cache, past everything that guards it. */
  const plant = (id: string, value: unknown): Promise<unknown> =>
    service.redis.set(
      `restaurant:${id}`,
      JSON.stringify({ version: 1, expiresAt: Date.now() + 60_000, loadMs: 1, value }),
    );

  describe('POST /api/restaurants', () => {
    it('opens a restaurant that belongs to whoever asked, with an id for each item', async () => {
      const answer = service.countWrite(await call('POST', '/api/restaurants', { as: owner, body: draft }));
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe(`/api/restaurants/${restaurantOf(answer).id}`);
      expect(answer.body).toMatchObject({ ...draft, cuisine: 'thai', ownerId: owner.userId, version: 1, rating: null });
      expect(restaurantOf(answer).menu[0]?.id).toMatch(/^[0-9a-f]{24}$/);
      expect(answer.body).not.toHaveProperty('outbox');
    });

    it.each([
      ['an owner of his choice', { ownerId: someId() }],
      ['a rating of his choice', { rating: 5 }],
      ['a negative price', { menu: [{ ...item, price: { amount: -1, currency: 'EUR' } }] }],
      ['prices in two currencies', { menu: [item, { ...item, price: { amount: 1, currency: 'USD' } }] }],
      ['an item id of his choice', { menu: [{ ...item, id: someId() }] }],
      ['a latitude that does not exist', { location: { type: 'Point', coordinates: [13, 91] } }],
      ['an operator for a name', { name: { $gt: '' } }],
    ])('refuses %s', async (_what, changes) => {
      const answer = await call('POST', '/api/restaurants', { as: owner, body: { ...draft, ...changes } });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject(problem('invalid-request'));
    });

    it('is for restaurant owners', async () => {
      expect((await call('POST', '/api/restaurants', { body: draft })).status).toBe(401);
      const byCustomer = await call('POST', '/api/restaurants', { as: customer, body: draft });
      expect(byCustomer.status).toBe(403);
      expect(byCustomer.body).toMatchObject(problem('not-allowed'));
    });
  });

  describe('GET /api/restaurants/:id', () => {
    it('loads once, and then answers from the cache', async () => {
      const { id } = await create();
      const first = await call('GET', `/api/restaurants/${id}`);
      const second = await call('GET', `/api/restaurants/${id}`);
      expect([first, second].map(({ headers }) => headers.get('x-cache'))).toEqual(['miss', 'hit']);
      expect(second.body).toEqual(first.body);
      expect(await service.redis.pttl(`restaurant:${id}`)).toBeGreaterThan(500_000);
    });

    it('reads past the cache for a caller with an identity who asks for it, and refreshes the copy', async () => {
      const { id } = await create();
      const copy = (await call('GET', `/api/restaurants/${id}`)).body as object;
      await plant(id, { ...copy, name: 'An old copy' });
      const headers = { 'cache-control': 'no-cache' };
      const anonymous = await call('GET', `/api/restaurants/${id}`, { headers });
      expect(anonymous.headers.get('x-cache')).toBe('hit');
      const fresh = await call('GET', `/api/restaurants/${id}`, { as: customer, headers });
      expect(fresh.body).toMatchObject({ name: draft.name });
      const after = await call('GET', `/api/restaurants/${id}`);
      expect(after.headers.get('x-cache')).toBe('hit');
      expect(after.body).toEqual(fresh.body);
    });

    it('answers 404 for one that is not there, and 400 for what is no id', async () => {
      expect((await call('GET', `/api/restaurants/${someId()}`)).status).toBe(404);
      expect((await call('GET', '/api/restaurants/first')).status).toBe(400);
    });
  });

  describe('PATCH /api/restaurants/:id', () => {
    it('changes what it names, keeps the ids of items, and the next read sees it', async () => {
      const restaurant = await create();
      const path = `/api/restaurants/${restaurant.id}`;
      await call('GET', path);
      const before = pageOf(await call('GET', '/api/restaurants'));
      const menu = [...restaurant.menu, { name: 'Rice', price: { amount: 300, currency: 'EUR' } }];
      const answer = service.countWrite(await call('PATCH', path, { as: owner, body: { name: 'Chiang Mai', menu } }));
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ name: 'Chiang Mai', description: draft.description, version: 2 });
      expect(restaurantOf(answer).menu.map(({ name }) => name)).toEqual(['Green curry', 'Rice']);
      expect(restaurantOf(answer).menu[0]?.id).toBe(restaurant.menu[0]?.id);
      const read = await call('GET', path);
      expect(read.headers.get('x-cache')).toBe('miss');
      expect(read.body).toEqual(answer.body);
      const after = pageOf(await call('GET', '/api/restaurants'));
      expect(before.items[0]).toMatchObject({ name: draft.name });
      expect(after.items[0]).toMatchObject({ name: 'Chiang Mai' });
    });

    it('takes away by its event the old copy that a slow reader put back after the write', async () => {
      const { id } = await create();
      const path = `/api/restaurants/${id}`;
      const old = (await call('GET', path)).body;
      // The broker hands the event over only after the old copy is back in the cache.
      service.amqp.pause();
      service.countWrite(await call('PATCH', path, { as: owner, body: { name: 'New name' } }));
      await plant(id, old);
      service.amqp.resume();
      await eventually(async () => expect(await service.redis.exists(`restaurant:${id}`)).toBe(0));
    });

    it('lets only one of two changes win that are based on the same version', async () => {
      const { id } = await create();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          call('PATCH', `/api/restaurants/${id}`, { as: owner, body: { name: `Name ${n}` } }),
        ),
      );
      answers.forEach(service.countWrite);
      const succeeded = answers.filter(({ status }) => status === 200);
      expect(succeeded.length).toBeGreaterThanOrEqual(1);
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      expect(restaurantOf(await call('GET', `/api/restaurants/${id}`)).version).toBe(1 + succeeded.length);
    });

    it('is for its owner', async () => {
      const { id } = await create();
      const path = `/api/restaurants/${id}`;
      const body = { name: 'Mine now' };
      expect((await call('PATCH', path, { body })).status).toBe(401);
      expect((await call('PATCH', path, { as: customer, body })).status).toBe(403);
      expect((await call('PATCH', path, { as: otherOwner, body })).status).toBe(403);
      expect((await call('GET', path)).body).toMatchObject({ name: draft.name, version: 1 });
    });

    it.each([
      ['nothing to change', {}],
      ['another owner', { ownerId: otherOwner.userId }],
      ['a version', { name: 'x', version: 7 }],
      ['an item of another restaurant', { menu: [{ ...item, id: someId() }] }],
    ])('refuses %s', async (_what, body) => {
      const { id } = await create();
      expect((await call('PATCH', `/api/restaurants/${id}`, { as: owner, body })).status).toBe(400);
    });

    it('answers 404 for one that is not there', async () => {
      const answer = await call('PATCH', `/api/restaurants/${someId()}`, { as: owner, body: { name: 'x' } });
      expect(answer.status).toBe(404);
    });
  });

  describe('DELETE /api/restaurants/:id', () => {
    it('closes it: nobody finds it any more, not even with a copy of it', async () => {
      const word = `w${someId()}`;
      const { id } = await create({ name: word });
      const path = `/api/restaurants/${id}`;
      const everywhere = [
        '/api/restaurants/mine',
        `/api/restaurants/search?q=${word}`,
        '/api/restaurants/nearby?lng=13.405&lat=52.52&limit=100',
        '/api/restaurants?limit=100',
      ];
      const ids = async (where: string): Promise<readonly string[]> =>
        pageOf(await call('GET', where, { as: owner })).items.map((one) => one.id);
      await call('GET', path);
      for (const where of everywhere) expect(await ids(where)).toContain(id);
      const answer = service.countWrite(await call('DELETE', path, { as: owner }));
      expect(answer).toMatchObject({ status: 204, body: undefined });
      expect((await call('GET', path)).status).toBe(404);
      for (const where of everywhere) expect(await ids(where)).not.toContain(id);
      const batch = await call('GET', `/api/restaurants/batch?ids=${id}`, { as: customer });
      expect(batch.body).toEqual({ items: [], missing: [id] });
      expect((await call('PATCH', path, { as: owner, body: { name: 'x' } })).status).toBe(404);
      expect((await call('DELETE', path, { as: owner })).status).toBe(404);
    });

    it('is for its owner', async () => {
      const { id } = await create();
      const path = `/api/restaurants/${id}`;
      expect((await call('DELETE', path)).status).toBe(401);
      expect((await call('DELETE', path, { as: customer })).status).toBe(403);
      expect((await call('DELETE', path, { as: otherOwner })).status).toBe(403);
      expect((await call('DELETE', '/api/restaurants/first', { as: owner })).status).toBe(400);
      expect((await call('GET', path)).status).toBe(200);
    });

    it('and a change at the same moment: one of the two wins, the other one learns of it', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { id } = await create();
        const path = `/api/restaurants/${id}`;
        const [closed, changed] = await Promise.all([
          call('DELETE', path, { as: owner }),
          call('PATCH', path, { as: owner, body: { name: 'Renamed' } }),
        ]);
        [closed, changed].forEach(service.countWrite);
        const afterwards = await call('GET', path);
        if (closed.status === 204) expect(afterwards.status).toBe(404);
        else expect(afterwards.body).toMatchObject({ name: 'Renamed', version: 2 });
        expect([closed.status, changed.status]).toSatisfy(
          (statuses: number[]) =>
            statuses.every((status) => [200, 204, 404, 409].includes(status)) &&
            statuses.some((status) => status < 300),
        );
        await service.settled();
      }
    });
  });

  describe('without its cache', () => {
    it('answers bypass from the database while the knob is off', async () => {
      const { id } = await create();
      await service.setKnobs({ 'cache.enabled': false });
      for (const path of [`/${id}`, '', '/search?q=curries', '/nearby?lng=13.4&lat=52.5', `/batch?ids=${id}`]) {
        const answer = await call('GET', `/api/restaurants${path}`, { as: customer });
        expect(answer.status).toBe(200);
        expect(answer.headers.get('x-cache')).toBe('bypass');
      }
    });

    it('goes on while Redis is gone, writes included, and comes back to it', async () => {
      const { id } = await create();
      await service.redisEngine.kill();
      try {
        const answer = await call('GET', `/api/restaurants/${id}`);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('x-cache')).toBe('bypass');
        const written = await call('PATCH', `/api/restaurants/${id}`, { as: owner, body: { name: 'Still open' } });
        expect(service.countWrite(written).status).toBe(200);
        const ready = await call('GET', '/health/ready');
        expect(ready.status).toBe(200);
        expect(ready.body).toMatchObject({ checks: { redis: expect.stringContaining('down (optional)') as string } });
      } finally {
        await service.redisEngine.restart();
      }
      await eventually(async () => {
        const answer = await call('GET', `/api/restaurants/${id}`);
        expect(answer.headers.get('x-cache')).toBe('hit');
        expect(answer.body).toMatchObject({ name: 'Still open' });
      });
    });
  });
});
