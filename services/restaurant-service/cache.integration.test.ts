import { eventually } from '@quickbite/shared/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { otherService, owner, someId, startRestaurants } from './testing/start-restaurants.js';
import type { CacheReport, StartedRestaurants } from './testing/start-restaurants.js';

const READERS = 200;

describe('the cache of restaurant-service', () => {
  let service: StartedRestaurants;

  beforeAll(async () => {
    service = await startRestaurants();
  });
  beforeEach(() => service.reset());
  afterAll(() => service.stop());

  const call: StartedRestaurants['call'] = (...request) => service.call(...request);

  /** What `work` added to the counts. */
  async function during(work: () => Promise<unknown>): Promise<Pick<CacheReport, 'loads' | 'reads'>> {
    const before = await service.cacheReport();
    await work();
    const after = await service.cacheReport();
    const added = Object.entries(after.reads).map(
      ([name, count]) => [name, count - (before.reads[name] ?? 0)] as const,
    );
    return {
      loads: after.loads - before.loads,
      reads: Object.fromEntries(added.filter(([, count]) => count > 0)),
    };
  }

  const rename = async (id: string, name: string): Promise<void> => {
    const answer = service.countWrite(await call('PATCH', `/api/restaurants/${id}`, { as: owner, body: { name } }));
    expect(answer.status).toBe(200);
  };

  describe('when two hundred want the same expired restaurant', () => {
    /** MongoDB answers nobody before all of them have looked into the cache. */
    const stampede = async (knobs: Readonly<Record<string, unknown>>) => {
      const { id } = await service.create();
      await service.setKnobs({ ...knobs, 'cache.lockMs': 30_000 });
      const looked = await looks();
      return during(async () => {
        service.mongo.pause();
        const answers = Promise.all(Array.from({ length: READERS }, () => call('GET', `/api/restaurants/${id}`)));
        await eventually(async () => expect((await looks()) - looked).toBeGreaterThanOrEqual(READERS), {
          withinMs: 30_000,
        }).finally(() => service.mongo.resume());
        expect((await answers).every(({ status }) => status === 200)).toBe(true);
      });
    };
    const looks = async (): Promise<number> =>
      Number(/cmdstat_mget:calls=(\d+)/.exec(await service.redis.info('commandstats'))?.[1] ?? 0);

    it('asks MongoDB two hundred times with nothing against it', async () => {
      expect(await stampede({ 'cache.stampede': 'none', 'cache.coalesce': false })).toEqual({
        loads: READERS,
        reads: { miss: READERS },
      });
    });

    it.each([
      { 'cache.stampede': 'none', 'cache.coalesce': true },
      { 'cache.stampede': 'lock', 'cache.coalesce': false },
      { 'cache.stampede': 'lock', 'cache.coalesce': true },
      { 'cache.stampede': 'stale-while-revalidate', 'cache.coalesce': true },
    ])('asks MongoDB once: %j', async (knobs) => {
      expect(await stampede(knobs)).toMatchObject({ loads: 1, reads: { miss: 1 } });
    });
  });

  it('remembers for a while that a restaurant does not exist, unless told not to', async () => {
    const id = someId();
    const twice = async (): Promise<void> => {
      for (let count = 0; count < 2; count += 1) expect((await call('GET', `/api/restaurants/${id}`)).status).toBe(404);
    };
    expect(await during(twice)).toEqual({ loads: 1, reads: { miss: 1, hit: 1 } });
    expect(await service.redis.pttl(`restaurant:${id}`)).toBeLessThanOrEqual(33_000);
    await service.redis.flushall();
    await service.setKnobs({ 'cache.negativeTtlSeconds': 0 });
    expect(await during(twice)).toEqual({ loads: 2, reads: { miss: 2 } });
  });

  it('serves the expired copy, and the next one soon after, with stale-while-revalidate', async () => {
    const { id } = await service.create();
    await service.setKnobs({ 'cache.stampede': 'stale-while-revalidate', 'cache.ttlScale': 0.001 });
    const outcome = async () => (await call('GET', `/api/restaurants/${id}`)).headers.get('x-cache');
    expect(await outcome()).toBe('miss');
    await eventually(async () => expect(await outcome()).toBe('stale'));
    await eventually(async () => expect(await outcome()).toBe('hit'));
  });

  it('lets a service with an identity read past it, and nobody without', async () => {
    const { id } = await service.create();
    const path = `/api/restaurants/${id}`;
    const headers = { 'cache-control': 'no-cache' };
    await call('GET', path);
    expect((await call('GET', path, { headers })).headers.get('x-cache')).toBe('hit');
    expect((await call('GET', path, { headers, as: otherService })).headers.get('x-cache')).toBe('miss');
  });

  describe('after a change', () => {
    const nameOf = async (id: string): Promise<unknown> => {
      const { body } = await call('GET', `/api/restaurants/${id}`);
      return (body as { readonly name: string }).name;
    };

    it('serves the old copy until it expires, when nothing deletes it', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.invalidate.atOnce': false, 'cache.invalidate.byEvent': false });
      const old = await nameOf(id);
      await rename(id, 'Renamed');
      await service.settled();
      expect(await nameOf(id)).toBe(old);
    });

    it('serves the new value after the event, when that alone deletes copies', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.invalidate.atOnce': false });
      const old = await nameOf(id);
      service.amqp.pause();
      await rename(id, 'Renamed');
      expect(await nameOf(id)).toBe(old);
      service.amqp.resume();
      await service.settled();
      expect(await nameOf(id)).toBe('Renamed');
    });

    it('serves the new value before the event, when only the writer deletes copies', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.invalidate.byEvent': false });
      await nameOf(id);
      await rename(id, 'Renamed');
      expect(await nameOf(id)).toBe('Renamed');
    });
  });

  describe('with another pattern', () => {
    it.each([
      ['aside', 'miss'],
      ['write-through', 'hit'],
      ['write-behind', 'hit'],
    ])(
      '%s: the reader after a change gets a %s, the new name, and keeps it when the event arrives',
      async (pattern, outcome) => {
        const { id } = await service.create();
        await service.setKnobs({ 'cache.pattern': pattern });
        const read = () => call('GET', `/api/restaurants/${id}`);
        // The event arrives after the reader has stored his copy: while he does, it would have it refused.
        service.amqp.pause();
        await rename(id, 'Renamed');
        const answer = await read();
        service.amqp.resume();
        expect(answer.body).toMatchObject({ name: 'Renamed', version: 2 });
        expect(answer.headers.get('x-cache')).toBe(outcome);
        await service.settled();
        expect((await read()).headers.get('x-cache')).toBe('hit');
      },
    );

    it('read-through fills the place of the evicted copy by itself', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.pattern': 'read-through' });
      service.amqp.pause();
      await rename(id, 'Renamed');
      await eventually(async () => expect(await service.redis.get(`restaurant:${id}`)).toContain('Renamed'));
      service.amqp.resume();
    });

    it('write-behind saves many changes in order, in few batches, and before anything else is written', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.pattern': 'write-behind', 'cache.writeBehind.flushMs': 60_000 });
      for (const name of ['Second', 'Third', 'Fourth']) await rename(id, name);
      expect((await service.cacheReport()).writeBehind).toMatchObject({ pending: 3 });
      await service.setKnobs({ 'cache.pattern': 'aside' });
      await rename(id, 'Fifth');
      expect((await service.cacheReport()).writeBehind).toMatchObject({ pending: 0, lost: 0 });
      await service.setKnobs({ 'cache.enabled': false });
      expect((await call('GET', `/api/restaurants/${id}`)).body).toMatchObject({ name: 'Fifth', version: 5 });
    });

    it('write-behind saves by itself after a while', async () => {
      const { id } = await service.create();
      await service.setKnobs({ 'cache.pattern': 'write-behind', 'cache.writeBehind.flushMs': 10 });
      await rename(id, 'Renamed');
      await service.settled();
      expect((await service.cacheReport()).writeBehind.pending).toBe(0);
    });
  });

  describe('GET /internal/cache', () => {
    it('says how it works and what it counted', async () => {
      const report = await service.cacheReport();
      expect(report).toMatchObject({ pattern: 'aside', stampede: 'lock', breaker: { state: 'CLOSED' } });
      expect(Object.keys(report.reads)).toEqual(['hit', 'stale', 'miss', 'coalesced', 'bypass', 'error']);
    });

    it('does not exist without the lab key', async () => {
      expect((await call('GET', '/internal/cache')).status).toBe(404);
    });
  });
});
