import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import {
  admin,
  customer,
  driver,
  otherOwner,
  otherService,
  owner,
  problem,
  someId,
  startRestaurants,
} from './testing/start-restaurants.js';
import type { StartedRestaurants } from './testing/start-restaurants.js';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly score?: number;
  readonly distance?: number;
}
const itemsOf = (answer: ServiceAnswer): readonly Found[] => (answer.body as { items: readonly Found[] }).items;
const namesOf = (answer: ServiceAnswer): readonly string[] => itemsOf(answer).map(({ name }) => name);
const outcomeOf = (answer: ServiceAnswer): string | null => answer.headers.get('x-cache');
const at = (lng: number, lat: number) => ({ location: { type: 'Point', coordinates: [lng, lat] } });

describe('finding restaurants', () => {
  let service: StartedRestaurants;

  beforeAll(async () => {
    service = await startRestaurants();
  });
  beforeEach(() => service.reset());
  afterAll(() => service.stop());

  const call: StartedRestaurants['call'] = (...request) => service.call(...request);
  const create: StartedRestaurants['create'] = (changes) => service.create(changes);

  describe('in lists', () => {
    it('shows a cuisine in pages, newest first, without menus', async () => {
      const cuisine = `cuisine-${someId()}`;
      for (const name of ['First', 'Second', 'Third']) await create({ name, cuisine });
      const path = `/api/restaurants?cuisine=${cuisine.toUpperCase()}&limit=2`;
      const one = await call('GET', path);
      const two = await call('GET', `${path}&page=2`);
      expect(one.body).toMatchObject({ page: 1, limit: 2, total: 3 });
      expect(namesOf(one)).toEqual(['Third', 'Second']);
      expect(namesOf(two)).toEqual(['First']);
      expect(itemsOf(one)[0]).not.toHaveProperty('menu');
      expect(outcomeOf(await call('GET', path))).toBe('hit');
      const key = `restaurants:list:page:1:limit:2:cuisine:${cuisine}`;
      expect(await service.redis.pttl(key)).toBeGreaterThan(260_000);
    });
  });

  describe('by words', () => {
    it('looks in name, cuisine and description, the name counts most, and caches by what was meant', async () => {
      const word = `w${someId()}`;
      await create({ name: 'In the text', description: `we have ${word}` });
      await create({ name: `The ${word}`, description: 'in the name' });
      await create({ name: 'Of that kind', cuisine: word });
      const answer = await call('GET', `/api/restaurants/search?q=${word}`);
      expect(namesOf(answer)).toEqual([`The ${word}`, 'Of that kind', 'In the text']);
      const scores = itemsOf(answer).map(({ score = 0 }) => score);
      expect([...scores].sort((a, b) => b - a)).toEqual(scores);
      expect(new Set(scores).size).toBe(3);
      expect(outcomeOf(await call('GET', `/api/restaurants/search?q=%20${word.toUpperCase()}`))).toBe('hit');
      expect(namesOf(await call('GET', `/api/restaurants/search?q=${word}&cuisine=thai`))).toHaveLength(2);
      expect(namesOf(await call('GET', `/api/restaurants/search?q=${word}&limit=1&page=3`))).toEqual(['In the text']);
    });
  });

  describe('around a place', () => {
    it('shows the nearest first, with their distances, within the radius', async () => {
      // One degree of latitude is 111.3 km on MongoDB's sphere.
      const cuisine = `cuisine-${someId()}`;
      await create({ name: 'Far', cuisine, ...at(-40, 10.03) });
      await create({ name: 'Near', cuisine, ...at(-40, 10.01) });
      await create({ name: 'Outside', cuisine, ...at(-40, 10.2) });
      const path = `/api/restaurants/nearby?lng=-40&lat=10&radius=5000&cuisine=${cuisine}`;
      const answer = await call('GET', path);
      expect(answer.body).toMatchObject({ page: 1, limit: 20, total: 2 });
      expect(namesOf(answer)).toEqual(['Near', 'Far']);
      const [near, far] = itemsOf(answer).map(({ distance = 0 }) => distance);
      expect(near).toBeGreaterThan(1110);
      expect(near).toBeLessThan(1115);
      expect(far).toBeGreaterThan(3330);
      expect(far).toBeLessThan(3345);
      expect(namesOf(await call('GET', `${path}&limit=1&page=2`))).toEqual(['Far']);
      expect(outcomeOf(await call('GET', path.replace('lat=10&', 'lat=10.00001&')))).toBe('hit');
      expect(namesOf(await call('GET', '/api/restaurants/nearby?lng=-40&lat=-10'))).toEqual([]);
    });

    it('also across the line where the days change', async () => {
      const cuisine = `cuisine-${someId()}`;
      await create({ name: 'Tomorrow', cuisine, ...at(-179.99, 0) });
      const answer = await call('GET', `/api/restaurants/nearby?lng=179.99&lat=0&cuisine=${cuisine}`);
      expect(namesOf(answer)).toEqual(['Tomorrow']);
      expect(answer.body).toMatchObject({ total: 1 });
    });
  });

  describe('by their owner', () => {
    it('shows whoever asks his own, and notices a new one', async () => {
      const me = { userId: someId(), role: 'restaurant_owner' } as const;
      const open = async (name: string): Promise<void> => {
        const body = { name, cuisine: 'thai', menu: [], ...at(0, 0) };
        service.countWrite(await call('POST', '/api/restaurants', { as: me, body }));
        await service.settled();
      };
      await create();
      await open('Mine');
      expect(namesOf(await call('GET', '/api/restaurants/mine', { as: me }))).toEqual(['Mine']);
      expect(outcomeOf(await call('GET', '/api/restaurants/mine', { as: me }))).toBe('hit');
      await open('Mine too');
      const answer = await call('GET', '/api/restaurants/mine', { as: me });
      expect(namesOf(answer)).toEqual(['Mine too', 'Mine']);
      expect(namesOf(await call('GET', '/api/restaurants/mine', { as: otherOwner }))).toEqual([]);
      expect(await service.redis.pttl(`restaurants:owner:${me.userId}:page:1:limit:20`)).toBeGreaterThan(260_000);
    });

    it.each([
      [401, undefined],
      [403, customer],
      [403, driver],
      [403, admin],
      [403, otherService],
    ])('answers %d to whoever is no owner (%j)', async (status, as) => {
      expect((await call('GET', '/api/restaurants/mine', as ? { as } : {})).status).toBe(status);
    });
  });

  describe('several by their ids', () => {
    it('answers in their order with their menus, says which are missing, and loads only what has no copy', async () => {
      const [one, two] = [await create({ name: 'One' }), await create({ name: 'Two' })];
      const nowhere = someId();
      await call('GET', `/api/restaurants/${two.id}`);
      const path = `/api/restaurants/batch?ids=${two.id},${nowhere},${one.id},${two.id}`;
      const before = await service.cacheReport();
      const answer = await call('GET', path, { as: customer });
      expect(answer.body).toMatchObject({
        items: [{ name: 'Two', menu: two.menu }, { name: 'One' }],
        missing: [nowhere],
      });
      expect(outcomeOf(answer)).toBe('miss');
      expect((await service.cacheReport()).loads).toBe(before.loads + 1);
      expect(outcomeOf(await call('GET', path, { as: customer }))).toBe('hit');
      expect(outcomeOf(await call('GET', `/api/restaurants/${one.id}`))).toBe('hit');
    });

    it.each([customer, owner, driver, admin, otherService])(
      'is for every account and for services ($role)',
      async (as) => {
        expect((await call('GET', `/api/restaurants/batch?ids=${someId()}`, { as })).status).toBe(200);
      },
    );

    it('is not for anybody else, and not for more than a hundred', async () => {
      expect((await call('GET', `/api/restaurants/batch?ids=${someId()}`)).status).toBe(401);
      const tooMany = Array.from({ length: 101 }, someId).join(',');
      expect((await call('GET', `/api/restaurants/batch?ids=${tooMany}`, { as: customer })).status).toBe(400);
      const enough = Array.from({ length: 100 }, someId).join(',');
      expect((await call('GET', `/api/restaurants/batch?ids=${enough}`, { as: customer })).status).toBe(200);
    });
  });

  it.each([
    '?page=0',
    '?limit=101',
    '?limit=ten',
    '?sort=name',
    '?cuisine[$ne]=thai',
    '/search',
    '/search?q=%20',
    '/search?q[$ne]=x',
    '/nearby',
    '/nearby?lng=13.4',
    '/nearby?lng=&lat=1',
    '/nearby?lng=181&lat=0',
    '/nearby?lng=0&lat=91',
    '/nearby?lng=0&lat=0&radius=50001',
    '/nearby?lng=0&lat=0&radius=0',
    '/mine?limit=0',
    '/mine?ownerId=1',
    '/batch',
    '/batch?ids=',
    '/batch?ids=first',
  ])('refuses the query %s', async (query) => {
    const answer = await call('GET', `/api/restaurants${query}`, { as: owner });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject(problem('invalid-request'));
  });

  it('documents every route that it serves', async () => {
    const { paths } = (await call('GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> };
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((one) => `${one} ${path}`),
    );
    expect(served.sort()).toEqual([
      'delete /api/restaurants/{id}',
      'get /api/restaurants',
      'get /api/restaurants/batch',
      'get /api/restaurants/mine',
      'get /api/restaurants/nearby',
      'get /api/restaurants/search',
      'get /api/restaurants/{id}',
      'patch /api/restaurants/{id}',
      'post /api/restaurants',
    ]);
  });
});
