import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/index.js';
import type { CacheAnswer, Cache } from '../index.js';
import { startCacheBench } from '../testing/cache-bench.js';
import type { CacheBench } from '../testing/cache-bench.js';
import type { CacheSettings } from '../settings.js';

const READERS = 200;
const KEY = 'restaurant:1';
const TTL_SECONDS = 600;

describe('two hundred readers of one expired copy', () => {
  let bench: CacheBench;
  let caches: readonly Cache[] = [];
  let loads = 0;
  let gate = Promise.resolve();
  let open = (): void => undefined;

  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(async () => {
    open();
    await bench.reset();
    caches = [bench.cache(), bench.cache()];
    loads = 0;
    gate = Promise.resolve();
  });
  afterAll(() => bench.stop());

  const read = (cache = caches[0]!): Promise<CacheAnswer<string | undefined>> =>
    cache.fetch({
      key: KEY,
      family: 'restaurant',
      ttlSeconds: TTL_SECONDS,
      async load() {
        loads += 1;
        const name = `load ${loads}`;
        await gate;
        return name;
      },
    });

  /** Half of them come to one process, half to another; nobody is answered by a load before all have come. */
  async function stampede(settings: Partial<CacheSettings>): Promise<readonly CacheAnswer<string | undefined>[]> {
    bench.settings = { ...bench.settings, ...settings };
    await read();
    bench.now += TTL_SECONDS * 1000 * 1.1;
    loads = 0;
    const looksBefore = await looks();
    gate = new Promise((resolve) => (open = resolve));
    const answers = Promise.all(Array.from({ length: READERS }, (_, n) => read(caches[n % 2])));
    await eventually(async () => expect((await looks()) - looksBefore).toBeGreaterThanOrEqual(READERS));
    open();
    return answers;
  }

  /** Reads that Redis has answered. */
  async function looks(): Promise<number> {
    const stats = await bench.redis.info('commandstats');
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  const outcomes = (answers: readonly CacheAnswer<unknown>[]): Record<string, number> =>
    answers.reduce<Record<string, number>>(
      (counts, { outcome }) => ({ ...counts, [outcome]: (counts[outcome] ?? 0) + 1 }),
      {},
    );

  it('are two hundred loads with nothing against it', async () => {
    const answers = await stampede({ stampede: 'none', coalesce: false });
    expect(loads).toBe(READERS);
    expect(outcomes(answers)).toEqual({ miss: READERS });
  });

  it('are one load a process where each process coalesces', async () => {
    const answers = await stampede({ stampede: 'none', coalesce: true });
    expect(loads).toBe(caches.length);
    expect(outcomes(answers)).toEqual({ miss: 2, coalesced: READERS - 2 });
  });

  it.each([true, false])('are one load in all with a lock (coalescing: %s)', async (coalesce) => {
    const answers = await stampede({ stampede: 'lock', coalesce });
    expect(loads).toBe(1);
    expect(outcomes(answers)).toEqual({ miss: 1, coalesced: READERS - 1 });
    expect(new Set(answers.map(({ value }) => value))).toEqual(new Set(['load 1']));
    await eventually(async () => expect(await bench.redis.keys('cache:lock:*')).toEqual([]));
  });

  it.each([true, false])(
    'are one load while all are served the old copy at once, with stale-while-revalidate (coalescing: %s)',
    async (coalesce) => {
      bench.settings = { ...bench.settings, staleSeconds: 120 };
      const answers = await stampede({ stampede: 'stale-while-revalidate', coalesce });
      expect(outcomes(answers)).toEqual({ stale: READERS });
      await eventually(async () => expect(await read()).toEqual({ value: 'load 1', outcome: 'hit' }));
      expect(loads).toBe(1);
    },
  );

  it('wait for one load when even the old copy is too old to be served', async () => {
    const answers = await stampede({ stampede: 'stale-while-revalidate', staleSeconds: 10 });
    expect(outcomes(answers)).toEqual({ miss: 1, coalesced: READERS - 1 });
  });

  it('do not all fail for longer than one load does: the next one tries again', async () => {
    let failing = true;
    const fetch = () =>
      caches[0]!.fetch({
        key: 'k',
        family: 'f',
        ttlSeconds: 1,
        load: () => (failing ? Promise.reject(new Error('database away')) : Promise.resolve('there')),
      });
    await expect(fetch()).rejects.toThrow('database away');
    failing = false;
    expect(await fetch()).toEqual({ value: 'there', outcome: 'miss' });
  });
});

describe('the lock of a rebuild', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(() => bench.reset());
  afterAll(() => bench.stop());

  const slot = { key: 'k', family: 'f', ttlSeconds: 60 };

  it('frees itself when its holder dies, and then another one loads', async () => {
    bench.settings = { ...bench.settings, lockMs: 30_000 };
    await bench.redis.set('cache:lock:k', 'somebody who died', 'PX', 200);
    const answer = await bench.cache().fetch({ ...slot, load: () => Promise.resolve('loaded') });
    expect(answer).toEqual({ value: 'loaded', outcome: 'miss' });
  });

  it('is not waited for longer than lockMs', async () => {
    bench.settings = { ...bench.settings, lockMs: 100 };
    await bench.redis.set('cache:lock:k', 'somebody who hangs', 'PX', 30_000);
    let answered = false;
    const waiting = bench.cache().fetch({ ...slot, load: () => Promise.resolve('loaded') });
    void waiting.then(() => (answered = true));
    await eventually(() => {
      bench.now += 50;
      expect(answered).toBe(true);
    });
    expect(await waiting).toEqual({ value: 'loaded', outcome: 'miss' });
    expect(await bench.redis.get('cache:lock:k')).toBe('somebody who hangs');
  });

  it('is not taken away from somebody who got it after it had expired', async () => {
    const answer = await bench.cache().fetch({
      ...slot,
      async load() {
        await bench.redis.set('cache:lock:k', 'the next holder', 'PX', 30_000);
        return 'loaded';
      },
    });
    expect(answer.outcome).toBe('miss');
    expect(await bench.redis.get('cache:lock:k')).toBe('the next holder');
  });
});

describe('early refreshing', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(() => bench.reset());
  afterAll(() => bench.stop());

  it('replaces a copy before it expires, and nobody waits for it', async () => {
    bench.settings = { ...bench.settings, stampede: 'early' };
    const cache = bench.cache();
    let loads = 0;
    const read = () =>
      cache.fetch({
        key: 'k',
        family: 'f',
        ttlSeconds: 60,
        load() {
          loads += 1;
          bench.now += 500;
          return Promise.resolve(loads);
        },
      });
    await read();
    bench.now += 59_000;
    bench.random = 0.1;
    expect(await read()).toEqual({ value: 1, outcome: 'hit' });
    expect(loads).toBe(1);
    bench.random = 0.95;
    expect(await read()).toEqual({ value: 1, outcome: 'hit' });
    await eventually(async () => expect(await read()).toEqual({ value: 2, outcome: 'hit' }));
  });
});
