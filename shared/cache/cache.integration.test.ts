import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/index.js';
import { connectRedis, createCache, redisReadiness } from './index.js';
import type { Cache } from './index.js';
import { quietLogger, startCacheBench } from './testing/cache-bench.js';
import type { CacheBench } from './testing/cache-bench.js';

const KEY = 'restaurant:1';

describe('a cache', () => {
  let bench: CacheBench;
  let cache: Cache;
  let loads = 0;

  beforeAll(async () => {
    bench = await startCacheBench();
  });
  beforeEach(async () => {
    await bench.reset();
    cache = bench.cache();
    loads = 0;
  });
  afterAll(() => bench.stop());

  const read = (options: { fresh?: boolean; exists?: boolean } = {}) =>
    cache.fetch({
      key: KEY,
      family: 'restaurant',
      ttlSeconds: 600,
      fresh: options.fresh ?? false,
      load: () => {
        loads += 1;
        return Promise.resolve(options.exists === false ? undefined : { name: 'Soup', version: loads });
      },
      versionOf: ({ version }) => version,
    });

  it('loads once, then answers from the copy', async () => {
    expect(await read()).toEqual({ value: { name: 'Soup', version: 1 }, outcome: 'miss' });
    expect(await read()).toEqual({ value: { name: 'Soup', version: 1 }, outcome: 'hit' });
    expect(loads).toBe(1);
    expect(cache.counts()).toMatchObject({ loads: 1, reads: { miss: 1, hit: 1, bypass: 0 } });
    const counted = (await bench.metrics.cacheReads.get()).values.map(({ labels, value }) => [labels.outcome, value]);
    expect(counted).toEqual([
      ['miss', 1],
      ['hit', 1],
    ]);
  });

  it.each([
    [0, 540],
    [0.5, 600],
    [0.999_999, 660],
  ])('spreads the time to live: random %d gives %d s', async (value, seconds) => {
    bench.random = value;
    await read();
    const left = await bench.redis.pttl(KEY);
    expect(left).toBeGreaterThan(seconds * 1000 - 5000);
    expect(left).toBeLessThanOrEqual(seconds * 1000);
  });

  it('does not spread it without jitter, and scales it', async () => {
    bench.settings = { ...bench.settings, jitter: 0, ttlScale: 0.1 };
    bench.random = 0.999;
    await read();
    expect(await bench.redis.pttl(KEY)).toBeLessThanOrEqual(60_000);
  });

  it('loads again when the copy has expired', async () => {
    await read();
    bench.now += 599_999;
    expect(await read()).toMatchObject({ outcome: 'hit' });
    bench.now += 1;
    expect(await read()).toMatchObject({ outcome: 'miss', value: { version: 2 } });
  });

  it('loads past the copy on demand, and keeps what it loaded', async () => {
    await read();
    expect(await read({ fresh: true })).toMatchObject({ value: { version: 2 }, outcome: 'miss' });
    expect(await read()).toMatchObject({ value: { version: 2 }, outcome: 'hit' });
  });

  it('does not keep a failure', async () => {
    const failing = { key: 'k', family: 'f', ttlSeconds: 1, load: () => Promise.reject(new Error('database away')) };
    await expect(cache.fetch(failing)).rejects.toThrow('database away');
    expect(await bench.redis.exists('k')).toBe(0);
    await expect(cache.fetch(failing)).rejects.toThrow('database away');
  });

  it('takes what is no entry for nothing, and replaces it', async () => {
    await bench.redis.set(KEY, '{"half":');
    expect(await read()).toMatchObject({ outcome: 'miss' });
    expect(await read()).toMatchObject({ outcome: 'hit' });
  });

  describe('of what does not exist', () => {
    it('remembers for a short time that there is nothing', async () => {
      expect(await read({ exists: false })).toEqual({ value: undefined, outcome: 'miss' });
      expect(await read()).toEqual({ value: undefined, outcome: 'hit' });
      expect(await bench.redis.pttl(KEY)).toBeLessThanOrEqual(30_000);
      bench.now += 30_001;
      expect(await read()).toMatchObject({ value: { name: 'Soup' }, outcome: 'miss' });
    });

    it('asks every time when told to remember nothing', async () => {
      bench.settings = { ...bench.settings, negativeTtlSeconds: 0 };
      await read({ exists: false });
      expect(await read({ exists: false })).toMatchObject({ outcome: 'miss' });
      expect(loads).toBe(2);
    });
  });

  describe('evicting', () => {
    it('takes away what is older than a version, and leaves what is not', async () => {
      await read();
      await cache.evict({ key: KEY }, 1);
      expect(await read()).toMatchObject({ outcome: 'hit' });
      await cache.evict({ key: KEY }, 2);
      await cache.evict({ key: 'nothing' }, 2);
      expect(await read()).toMatchObject({ outcome: 'miss', value: { version: 2 } });
    });

    it('deletes what matches a pattern, across many pages of a scan, and nothing else', async () => {
      const pipeline = bench.redis.pipeline();
      for (let index = 0; index < 1500; index += 1) pipeline.set(`restaurants:list:page:${index}`, 'x');
      pipeline.set('restaurants:search:soup', 'x');
      await pipeline.exec();
      bench.settings = { ...bench.settings, lateWriteGuard: false };
      await cache.evictMatching(['restaurants:list:*', 'nothing:*'], 'restaurants');
      expect(await bench.redis.keys('*')).toEqual(['restaurants:search:soup']);
    });
  });

  describe('of several at once', () => {
    const slots = ['a', 'b', 'c'].map((id) => ({ key: `restaurant:${id}`, family: 'restaurant', ttlSeconds: 600 }));
    const asked: (readonly number[])[] = [];
    const batch = () =>
      cache.fetchMany({
        slots,
        load: (missing) => {
          asked.push(missing);
          return Promise.resolve(missing.map((index) => (index === 2 ? undefined : `value ${index}`)));
        },
      });

    it('loads only those that are missing, together, and remembers which are not there', async () => {
      await cache.fetch({ ...slots[1]!, load: () => Promise.resolve('by itself') });
      const first = await batch();
      expect(first.map(({ value }) => value)).toEqual(['value 0', 'by itself', undefined]);
      expect(first.map(({ outcome }) => outcome)).toEqual(['miss', 'hit', 'miss']);
      expect((await batch()).map(({ outcome }) => outcome)).toEqual(['hit', 'hit', 'hit']);
      expect(asked).toEqual([[0, 2]]);
      expect(cache.counts().loads).toBe(2);
    });
  });

  describe('that is away', () => {
    it('is not missed by readers, is left alone after some failures, and is used when it is back', async () => {
      await read();
      await bench.engine.kill();
      await eventually(() => expect(bench.redis.status).not.toBe('ready'));
      expect(await read()).toMatchObject({ outcome: 'error', value: { version: 2 } });
      await expect(cache.evict({ key: KEY }, 9)).rejects.toThrow();
      await expect(redisReadiness(bench.redis).check()).rejects.toThrow();
      await eventually(async () => expect(await read()).toMatchObject({ outcome: 'bypass' }));
      expect(cache.breaker()).toMatchObject({ name: 'cache', state: 'OPEN' });
      await bench.engine.restart();
      await eventually(async () => expect(await read()).toMatchObject({ outcome: 'hit' }));
      expect(cache.breaker().state).toBe('CLOSED');
    });

    it('fails reads, one by one and in a batch, where it may not be gone without', async () => {
      await read();
      bench.settings = { ...bench.settings, failOpen: false };
      expect(await read()).toMatchObject({ outcome: 'hit' });
      await bench.engine.kill();
      await eventually(() => expect(bench.redis.status).not.toBe('ready'));
      await expect(read()).rejects.toMatchObject({ slug: 'upstream-unavailable' });
      const slots = [{ key: KEY, family: 'f', ttlSeconds: 1 }];
      await expect(cache.fetchMany({ slots, load: () => Promise.resolve([1]) })).rejects.toThrow('no answer');
      await bench.engine.restart();
    });

    it('costs each read its timeout when it hangs, and no longer once the breaker is open', async () => {
      bench.settings = { ...bench.settings, timeoutMs: 300 };
      await eventually(async () => expect(await read()).toMatchObject({ outcome: 'hit' }));
      bench.engine.pause();
      try {
        const started = performance.now();
        expect(await read()).toMatchObject({ outcome: 'error' });
        expect(performance.now() - started).toBeGreaterThanOrEqual(295);
        bench.settings = { ...bench.settings, timeoutMs: 20 };
        await eventually(async () => expect((await read()).outcome).toBe('bypass'));
        const rejected = cache.breaker().stats.rejected;
        await read();
        expect(cache.breaker().stats.rejected).toBe(rejected + 1);
      } finally {
        bench.engine.resume();
      }
    });

    it('is not blamed for a process that was too busy to read its answer', async () => {
      await eventually(async () => expect(await read()).toMatchObject({ outcome: 'hit' }));
      bench.settings = { ...bench.settings, timeoutMs: 20, breakerEnabled: false };
      const reading = read();
      // Promises only: the command is sent, and no answer is read yet.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      const busyUntil = performance.now() + 100;
      while (performance.now() < busyUntil);
      expect(await reading).toMatchObject({ outcome: 'hit' });
    });

    it('goes on costing the timeout without the breaker', async () => {
      bench.settings = { ...bench.settings, timeoutMs: 20, breakerEnabled: false };
      bench.engine.pause();
      try {
        for (let count = 0; count < 12; count += 1) expect((await read()).outcome).toBe('error');
      } finally {
        bench.engine.resume();
      }
      // What was sent while it hung is answered now; nobody waits for it.
      await delay(0);
    });

    it('connects later when it is away at the start', async () => {
      await bench.engine.kill();
      const url = `redis://127.0.0.1:${bench.engine.port}`;
      const redis = connectRedis({ url, logger: quietLogger, commandTimeoutMs: 5000 });
      const late = createCache({ redis, logger: quietLogger, metrics: bench.metrics });
      const answer = await late.fetch({ key: 'k', family: 'f', ttlSeconds: 9, load: () => Promise.resolve(1) });
      expect(answer).toEqual({ value: 1, outcome: 'error' });
      await bench.engine.restart();
      await eventually(() => redisReadiness(redis).check());
      await late.close();
      redis.disconnect();
    });
  });

  it('is not asked while it is off', async () => {
    await read();
    bench.settings = { ...bench.settings, enabled: false };
    expect(await read()).toMatchObject({ outcome: 'bypass', value: { version: 2 } });
  });
});
