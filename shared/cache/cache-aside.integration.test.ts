import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectRedis, createCache, redisReadiness } from './index.js';
import type { Cache } from './index.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;
const COMMAND_TIMEOUT_MS = 500;

describe('cache-aside', () => {
  let engine: StartedEngine;
  let redis: Redis;
  let cache: Cache;
  let metrics: ReturnType<typeof createMetrics>;
  let loads = 0;
  let random = 0.5;

  beforeAll(async () => {
    engine = await startEngine('redis');
  });
  beforeEach(async () => {
    redis = connectRedis({ url: `redis://127.0.0.1:${engine.port}`, logger, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    metrics = createMetrics('test');
    cache = createCache({ redis, logger, metrics, random: () => random });
    loads = 0;
    random = 0.5;
    await eventually(() => redisReadiness(redis).check());
    await redis.flushall();
  });
  afterEach(() => redis.disconnect());
  afterAll(() => engine.stop());

  const read = (fresh = false) =>
    cache.aside({
      key: 'restaurant:1',
      family: 'restaurant',
      ttlSeconds: 600,
      fresh,
      load: () => {
        loads += 1;
        return Promise.resolve({ name: 'Soup', version: loads });
      },
    });

  it('loads once, then answers from the cache', async () => {
    expect(await read()).toEqual({ value: { name: 'Soup', version: 1 }, outcome: 'miss' });
    expect(await read()).toEqual({ value: { name: 'Soup', version: 1 }, outcome: 'hit' });
    expect(loads).toBe(1);
    const counted = (await metrics.cacheReads.get()).values.map(({ labels, value }) => [labels.outcome, value]);
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
    random = value;
    await read();
    const left = await redis.pttl('restaurant:1');
    expect(left).toBeGreaterThan(seconds * 1000 - 1000);
    expect(left).toBeLessThanOrEqual(seconds * 1000);
  });

  it('loads past the cache on demand, and keeps what it loaded', async () => {
    await read();
    expect(await read(true)).toMatchObject({ value: { version: 2 }, outcome: 'miss' });
    expect(await read()).toMatchObject({ value: { version: 2 }, outcome: 'hit' });
  });

  it('does not keep a failure', async () => {
    const failing = { key: 'k', family: 'f', ttlSeconds: 1, load: () => Promise.reject(new Error('database away')) };
    await expect(cache.aside(failing)).rejects.toThrow('database away');
    expect(await redis.exists('k')).toBe(0);
  });

  it('loads again after the key is deleted; deleting nothing is not an error', async () => {
    await read();
    await cache.delete('restaurant:1');
    await cache.delete();
    expect(await read()).toMatchObject({ outcome: 'miss', value: { version: 2 } });
  });

  it('deletes what matches a pattern, across many pages of a scan, and nothing else', async () => {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 1500; index += 1) pipeline.set(`restaurants:list:page:${index}`, 'x');
    pipeline.set('restaurants:search:soup', 'x');
    await pipeline.exec();
    await cache.deleteMatching('restaurants:list:*');
    await cache.deleteMatching('nothing:*');
    expect(await redis.keys('*')).toEqual(['restaurants:search:soup']);
  });

  it('answers from the source while the cache is dead, and from the cache when it is back', async () => {
    await read();
    await engine.kill();
    await eventually(() => expect(redis.status).not.toBe('ready'));
    expect(await read()).toMatchObject({ outcome: 'bypass', value: { version: 2 } });
    await expect(cache.delete('restaurant:1')).rejects.toThrow();
    await expect(redisReadiness(redis).check()).rejects.toThrow();
    await engine.restart();
    await eventually(() => redisReadiness(redis).check());
    await read();
    expect(await read()).toMatchObject({ outcome: 'hit' });
  });

  it('waits for a cache that hangs no longer than its command timeout, once a read', async () => {
    await read();
    engine.pause();
    const started = performance.now();
    expect(await read()).toMatchObject({ outcome: 'bypass', value: { version: 2 } });
    const took = performance.now() - started;
    engine.resume();
    expect(took).toBeGreaterThanOrEqual(COMMAND_TIMEOUT_MS - 2);
    expect(took).toBeLessThan(COMMAND_TIMEOUT_MS * 2);
  });

  it('connects later when the cache is away at the start', async () => {
    await engine.kill();
    const late = connectRedis({
      url: `redis://127.0.0.1:${engine.port}`,
      logger,
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
    });
    const lateCache = createCache({ redis: late, logger, metrics });
    const answer = await lateCache.aside({ key: 'k', family: 'f', ttlSeconds: 9, load: () => Promise.resolve(1) });
    expect(answer.outcome).toBe('bypass');
    await engine.restart();
    await eventually(() => redisReadiness(late).check());
    late.disconnect();
  });
});
