import type { Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { infoNumber, SOON } from './redis-context.test.js';
import type { RedisContext } from './redis-context.test.js';

const KEYS = 400;
const VALUE = 'x'.repeat(1000);

/** What happens when data outgrows `maxmemory`. */
export function evictionBehaviours({ redis, connect }: RedisContext): void {
  const fill = async (expiring: (index: number) => number | undefined = () => undefined) => {
    const pipeline = redis().pipeline();
    for (let index = 0; index < KEYS; index += 1) {
      const seconds = expiring(index);
      if (seconds === undefined) pipeline.set(`old:${index}`, VALUE);
      else pipeline.set(`old:${index}`, VALUE, 'EX', seconds);
    }
    await pipeline.exec();
  };
  /** Sets the limit to what is used now. */
  const limit = async (policy: string) => {
    await redis().config('RESETSTAT');
    await redis().config('SET', 'maxmemory-policy', policy);
    await redis().config('SET', 'maxmemory', await infoNumber(redis(), 'used_memory'));
  };
  const write = async (count: number) => {
    for (let index = 0; index < count; index += 1) await redis().set(`new:${index}`, VALUE);
  };
  const left = async (client: Redis, prefix: string) => (await client.keys(`${prefix}:*`)).length;

  describe('eviction', () => {
    it('stays within maxmemory by removing old keys, and counts them', async () => {
      await fill();
      await limit('allkeys-lru');
      const maxmemory = await infoNumber(redis(), 'maxmemory');
      await write(300);
      expect(await infoNumber(redis(), 'used_memory')).toBeLessThan(maxmemory * 1.05);
      expect(await infoNumber(redis(), 'evicted_keys')).toBeGreaterThan(100);
      expect(await left(redis(), 'old')).toBeLessThan(300);
    });

    it('spares with allkeys-lru the keys that are used', async () => {
      await fill();
      const used = Array.from({ length: 60 }, (_, index) => `old:${index * 6}`);
      // The clock of an LRU in Redis ticks once a second or so: the others must be older than that.
      await vi.waitFor(async () => expect(await redis().object('IDLETIME', 'old:399')).toBeGreaterThanOrEqual(2), SOON);
      await redis().mget(used);
      await limit('allkeys-lru');
      await write(100);
      // A choice by chance would take a quarter of them; a sampled one takes one now and then.
      expect(await redis().exists(used)).toBeGreaterThanOrEqual(52);
      expect(await infoNumber(redis(), 'evicted_keys')).toBeGreaterThan(60);
    });

    it('removes with volatile-ttl what expires soonest, and nothing that stays', async () => {
      await fill((index) => (index < 200 ? 1000 + index : undefined));
      await limit('volatile-ttl');
      await write(100);
      const stays = Array.from({ length: 200 }, (_, index) => `old:${index + 200}`);
      expect(await redis().exists(stays)).toBe(200);
      const soonest = Array.from({ length: 30 }, (_, index) => `old:${index}`);
      const latest = Array.from({ length: 30 }, (_, index) => `old:${index + 170}`);
      expect(await redis().exists(soonest)).toBeLessThan(await redis().exists(latest));
    });

    it.each(['volatile-lru', 'volatile-random'])('touches with %s only keys that expire', async (policy) => {
      await fill((index) => (index % 2 === 0 ? 1000 : undefined));
      await limit(policy);
      await write(60);
      const stays = Array.from({ length: 200 }, (_, index) => `old:${index * 2 + 1}`);
      expect(await redis().exists(stays)).toBe(200);
      expect(await infoNumber(redis(), 'evicted_keys')).toBeGreaterThan(20);
    });

    it('removes with allkeys-random from everywhere', async () => {
      await fill();
      await limit('allkeys-random');
      await write(300);
      expect(await infoNumber(redis(), 'evicted_keys')).toBeGreaterThan(100);
      expect(await left(redis(), 'old')).toBeGreaterThan(0);
    });

    it('refuses writes with noeviction until something is deleted', async () => {
      await fill();
      await limit('noeviction');
      await redis().config('SET', 'maxmemory', (await infoNumber(redis(), 'used_memory')) - 50_000);
      await expect(redis().set('k', 'v')).rejects.toThrow("OOM command not allowed when used memory > 'maxmemory'.");
      expect(await redis().get('old:1')).toBe(VALUE);
      await redis().del(...Array.from({ length: 200 }, (_, index) => `old:${index}`));
      expect(await redis().set('k', 'v')).toBe('OK');
    });

    it('breaks the transaction of a client that watches an evicted key', async () => {
      const other = await connect();
      await redis().set('watched', VALUE);
      await other.watch('watched');
      await redis().config('SET', 'maxmemory-policy', 'allkeys-random');
      await redis().config('SET', 'maxmemory', 1);
      await vi.waitFor(async () => expect(await redis().exists('watched')).toBe(0), SOON);
      await redis().config('SET', 'maxmemory', 0);
      expect(await other.multi().ping().exec()).toBeNull();
    });

    it('tells of evicted keys when notify-keyspace-events asks for it', async () => {
      const subscriber = await connect();
      const received: unknown[] = [];
      subscriber.on('message', (_channel, key) => received.push(key));
      await subscriber.subscribe('__keyevent@0__:evicted');
      await redis().set('only', VALUE);
      await redis().config('SET', 'notify-keyspace-events', 'Ee');
      await redis().config('SET', 'maxmemory-policy', 'allkeys-lru');
      await redis().config('SET', 'maxmemory', 1);
      await vi.waitFor(async () => {
        await redis().ping();
        expect(received).toEqual(['only']);
      }, SOON);
    });
  });

  describe('memory', () => {
    it('is counted down again when keys go', async () => {
      const before = await infoNumber(redis(), 'used_memory');
      await redis().set('k', 'x'.repeat(1_000_000));
      await redis().hset('h', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, VALUE])));
      expect(await infoNumber(redis(), 'used_memory')).toBeGreaterThan(before + 1_900_000);
      await redis().del('k', 'h');
      await vi.waitFor(
        async () => expect(await infoNumber(redis(), 'used_memory')).toBeLessThan(before + 300_000),
        SOON,
      );
    });

    it('is told for a key, and grows with it', async () => {
      await redis().set('small', 'x');
      await redis().set('large', 'x'.repeat(10_000));
      const usage = async (key: string) => Number(await redis().memory('USAGE', key));
      expect(await usage('small')).toBeLessThan(500);
      expect(await usage('large')).toBeGreaterThan(10_000);
      expect(await usage('large')).toBeLessThan(20_000);
    });
  });
}
