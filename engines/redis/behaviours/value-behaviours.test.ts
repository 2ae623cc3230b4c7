import { describe, expect, it, vi } from 'vitest';
import { SOON } from './redis-context.test.js';
import type { RedisContext } from './redis-context.test.js';

/** Bytes, sizes, expiry in real time and scanning while others write. */
export function valueBehaviours({ redis }: RedisContext): void {
  describe('values', () => {
    it('keeps every byte of keys and values', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      await redis().set(bytes, bytes);
      expect(await redis().getBuffer(bytes)).toEqual(bytes);
      expect(await redis().strlen(bytes)).toBe(256);
    });

    it('keeps text outside ASCII', async () => {
      await redis().hset('ünï', 'gericht', 'Käsespätzle 🧀');
      expect(await redis().hgetall('ünï')).toEqual({ gericht: 'Käsespätzle 🧀' });
    });

    it('takes a value of several megabytes that arrives in pieces', async () => {
      const large = 'x'.repeat(5 * 1024 * 1024);
      await redis().set('large', large);
      expect(await redis().get('large')).toBe(large);
    });

    it('answers a long pipeline in order', async () => {
      const pipeline = redis().pipeline();
      for (let index = 0; index < 5000; index += 1) pipeline.incr('n');
      const replies = await pipeline.exec();
      expect(replies?.map(([, value]) => value)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    });

    it('keeps a collection of ten thousand in order', async () => {
      const members = Array.from({ length: 10_000 }, (_, index) => [(index * 7919) % 10_000, `m${index}`]).flat();
      await redis().zadd('z', ...(members as [number, string]));
      const scores = (await redis().zrange('z', 0, -1, 'WITHSCORES')).filter((_, index) => index % 2 === 1).map(Number);
      expect(scores).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    });
  });

  describe('expiry in time', () => {
    it('removes a key at its time for readers, and counts it out without any', async () => {
      await redis().set('soon', '1', 'PX', 30);
      await redis().set('stays', '1');
      await vi.waitFor(async () => expect(await redis().dbsize()).toBe(1), SOON);
      expect(await redis().get('soon')).toBeNull();
      expect(await redis().pttl('soon')).toBe(-2);
    });

    it('gives a lock to one of two, until it expires', async () => {
      // In one transaction no time passes between the two.
      const both = await redis().multi().set('lock', 'a', 'PX', 40, 'NX').set('lock', 'b', 'PX', 40, 'NX').exec();
      expect(both?.map(([, reply]) => reply)).toEqual(['OK', null]);
      await vi.waitFor(async () => expect(await redis().set('lock', 'b', 'PX', 1000, 'NX')).toBe('OK'), SOON);
    });

    it('keeps the time to live of a counter that is incremented', async () => {
      await redis().set('counter', '1', 'EX', 100);
      await redis().incr('counter');
      expect(await redis().ttl('counter')).toBeGreaterThan(90);
    });
  });

  describe('scanning', () => {
    it('returns every key that stays exactly once while others come and go', async () => {
      const names = Array.from({ length: 500 }, (_, index) => `restaurant:${index}`);
      await redis().mset(Object.fromEntries(names.map((name) => [name, '1'])));
      const seen: string[] = [];
      let cursor = '0';
      let round = 0;
      do {
        const [next, keys] = await redis().scan(cursor, 'MATCH', 'restaurant:*', 'COUNT', 20);
        seen.push(...keys);
        cursor = next;
        round += 1;
        await redis().mset(`other:${round}`, '1', `more:${round}`, '1');
        if (round > 1) await redis().unlink(`other:${round - 1}`);
      } while (cursor !== '0');
      expect([...new Set(seen)].sort()).toEqual([...names].sort());
    });

    it('finds all keys of one type among many, page by page', async () => {
      const pipeline = redis().pipeline();
      for (let index = 0; index < 300; index += 1) {
        if (index % 3 === 0) pipeline.sadd(`s:${index}`, 'a');
        else pipeline.set(`k:${index}`, 'a');
      }
      await pipeline.exec();
      const found: string[] = [];
      let cursor = '0';
      do {
        const [next, keys] = await redis().scan(cursor, 'MATCH', '*', 'COUNT', 50, 'TYPE', 'set');
        found.push(...keys);
        cursor = next;
      } while (cursor !== '0');
      expect(new Set(found).size).toBe(100);
    });
  });
}
