import { randomBytes } from 'node:crypto';
import { createKnobs } from '@quickbite/shared/knobs';
import { createServiceClient, eventually, startEngine } from '@quickbite/shared/testing';
import type { ServiceAnswer, ServiceClient, StartedEngine } from '@quickbite/shared/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { knobs as knobDefs } from './knobs.js';
import { start } from './start.js';

const SECRET = 'an identity secret that is only for these tests';
const LAB_KEY = 'a-lab-key-for-tests';
const someId = (): string => randomBytes(12).toString('hex');
const owner = { userId: someId(), role: 'restaurant_owner' } as const;
const otherOwner = { userId: someId(), role: 'restaurant_owner' } as const;
const customer = { userId: someId(), role: 'customer' } as const;
const item = { name: 'Green curry', price: { amount: 1290, currency: 'EUR' } };
const draft = {
  name: 'Bangkok Kitchen',
  description: 'Curries and noodles',
  cuisine: 'Thai',
  location: { type: 'Point', coordinates: [13.405, 52.52] },
  menu: [item],
};

const restaurantAnswer = z.looseObject({
  id: z.string(),
  version: z.number(),
  menu: z.array(z.object({ id: z.string(), name: z.string(), price: z.unknown() })),
});
const restaurantOf = (answer: ServiceAnswer): z.infer<typeof restaurantAnswer> => restaurantAnswer.parse(answer.body);
const pageOf = (answer: ServiceAnswer): { items: { name: unknown }[]; total: number } =>
  z.object({ items: z.array(z.looseObject({ name: z.unknown() })), total: z.number() }).parse(answer.body);
const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('restaurant-service', () => {
  const engines: StartedEngine[] = [];
  let redisEngine: StartedEngine;
  let redis: Redis;
  let service: Awaited<ReturnType<typeof start>>;
  let call: ServiceClient;

  beforeAll(async () => {
    const [mongo, startedRedis, amqp] = await Promise.all([
      startEngine('mongo'),
      startEngine('redis'),
      startEngine('amqp'),
    ]);
    engines.push(mongo, startedRedis, amqp);
    redisEngine = startedRedis;
    redis = new Redis(startedRedis.port);
    redis.on('error', () => undefined);
    const env = {
      PORT: '0',
      LOG_LEVEL: 'error',
      QUICKBITE_VALIDATE_ANSWERS: 'true',
      IDENTITY_SECRET: SECRET,
      QUICKBITE_LAB_KEY: LAB_KEY,
      MONGO_URL: `mongodb://127.0.0.1:${mongo.port}/restaurant_service`,
      REDIS_URL: `redis://127.0.0.1:${startedRedis.port}`,
      AMQP_URL: `amqp://guest:guest@127.0.0.1:${amqp.port}`,
    };
    service = await start({ env, knobs: createKnobs(knobDefs) });
    call = createServiceClient(service.port, SECRET);
    await eventually(async () => expect((await call('GET', '/health/ready')).status).toBe(200));
  });

  afterAll(async () => {
    redis.disconnect();
    await service.close();
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  beforeEach(async () => {
    await settled();
    await redis.flushall();
  });

  /** Creates a restaurant, and waits until its event has been consumed: its late invalidation would disturb a test. */
  async function create(changes: object = {}): Promise<z.infer<typeof restaurantAnswer>> {
    const answer = countWrite(await call('POST', '/api/restaurants', { as: owner, body: { ...draft, ...changes } }));
    expect(answer.status).toBe(201);
    await settled();
    return restaurantOf(answer);
  }

  /** Puts a copy of version 1 into the cache, past everything that guards it. */
  const plant = (id: string, value: unknown): Promise<unknown> =>
    redis.set(`restaurant:${id}`, JSON.stringify({ version: 1, expiresAt: Date.now() + 60_000, loadMs: 1, value }));

  let writes = 0;
  const countWrite = (answer: ServiceAnswer): ServiceAnswer => {
    if (answer.status === 200 || answer.status === 201) writes += 1;
    return answer;
  };

  /** Waits until the events of all writes so far have been consumed. */
  async function settled(): Promise<void> {
    await eventually(async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
      const processed = /^messages_total\{.*outcome="processed".*\} (\d+)$/m.exec(metrics)?.[1] ?? '0';
      expect(Number(processed)).toBeGreaterThanOrEqual(writes);
    });
  }

  describe('POST /api/restaurants', () => {
    it('opens a restaurant that belongs to whoever asked, with an id for each item', async () => {
      const answer = countWrite(await call('POST', '/api/restaurants', { as: owner, body: draft }));
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
      expect(await redis.pttl(`restaurant:${id}`)).toBeGreaterThan(500_000);
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
      const answer = countWrite(await call('PATCH', path, { as: owner, body: { name: 'Chiang Mai', menu } }));
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
      const amqp = engines[2]!;
      amqp.pause();
      countWrite(await call('PATCH', path, { as: owner, body: { name: 'New name' } }));
      await plant(id, old);
      amqp.resume();
      await eventually(async () => expect(await redis.exists(`restaurant:${id}`)).toBe(0));
    });

    it('lets only one of two changes win that are based on the same version', async () => {
      const { id } = await create();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          call('PATCH', `/api/restaurants/${id}`, { as: owner, body: { name: `Name ${n}` } }),
        ),
      );
      answers.forEach(countWrite);
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

  describe('lists and search', () => {
    it('lists a cuisine in pages, newest first, without menus', async () => {
      const cuisine = `cuisine-${someId()}`;
      for (const name of ['First', 'Second', 'Third']) await create({ name, cuisine });
      const path = `/api/restaurants?cuisine=${cuisine.toUpperCase()}&limit=2`;
      const one = await call('GET', path);
      const two = await call('GET', `${path}&page=2`);
      expect(one.body).toMatchObject({ page: 1, limit: 2, total: 3 });
      expect(pageOf(one).items.map(({ name }) => name)).toEqual(['Third', 'Second']);
      expect(pageOf(two).items.map(({ name }) => name)).toEqual(['First']);
      expect(pageOf(one).items[0]).not.toHaveProperty('menu');
      expect((await call('GET', path)).headers.get('x-cache')).toBe('hit');
    });

    it('finds words in name, cuisine and description, the name first, and caches by what was meant', async () => {
      const word = `w${someId()}`;
      await create({ name: 'In the text', description: `we have ${word}` });
      await create({ name: `The ${word}`, description: 'in the name' });
      const answer = await call('GET', `/api/restaurants/search?q=${word}`);
      expect(pageOf(answer).items.map(({ name }) => name)).toEqual([`The ${word}`, 'In the text']);
      const again = await call('GET', `/api/restaurants/search?q=%20${word.toUpperCase()}`);
      expect(again.headers.get('x-cache')).toBe('hit');
    });

    it.each(['?page=0', '?limit=101', '?limit=ten', '?sort=name', '/search', '/search?q=%20', '/search?q[$ne]=x'])(
      'refuses the query %s',
      async (query) => {
        expect((await call('GET', `/api/restaurants${query}`)).status).toBe(400);
      },
    );
  });

  describe('without its cache', () => {
    it('answers bypass from the database while the knob is off', async () => {
      const { id } = await create();
      const headers = { 'x-lab-key': LAB_KEY };
      await call('PUT', '/internal/knobs', { headers, body: { 'cache.enabled': false } });
      try {
        for (const path of [`/${id}`, '', '/search?q=curries']) {
          const answer = await call('GET', `/api/restaurants${path}`);
          expect(answer.status).toBe(200);
          expect(answer.headers.get('x-cache')).toBe('bypass');
        }
      } finally {
        await call('PUT', '/internal/knobs', { headers, body: { 'cache.enabled': true } });
      }
    });

    it('goes on while Redis is gone, writes included, and comes back to it', async () => {
      const { id } = await create();
      await redisEngine.kill();
      try {
        const answer = await call('GET', `/api/restaurants/${id}`);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('x-cache')).toBe('bypass');
        const written = await call('PATCH', `/api/restaurants/${id}`, { as: owner, body: { name: 'Still open' } });
        expect(countWrite(written).status).toBe(200);
        const ready = await call('GET', '/health/ready');
        expect(ready.status).toBe(200);
        expect(ready.body).toMatchObject({ checks: { redis: expect.stringContaining('down (optional)') as string } });
      } finally {
        await redisEngine.restart();
      }
      await eventually(async () => {
        const answer = await call('GET', `/api/restaurants/${id}`);
        expect(answer.headers.get('x-cache')).toBe('hit');
        expect(answer.body).toMatchObject({ name: 'Still open' });
      });
    });
  });
});
