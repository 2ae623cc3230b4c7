import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { RedisContext } from './redis-context.test.js';

/** Lua as applications use it: locks, limits, bytes, JSON. */
export function scriptBehaviours({ redis, connect }: RedisContext): void {
  describe('scripts as applications use them', () => {
    it('releases a lock only for the token that holds it', async () => {
      redis().defineCommand('release', {
        numberOfKeys: 1,
        lua: "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end",
      });
      const release = (token: string) =>
        (redis() as Redis & { release(key: string, token: string): Promise<number> }).release('lock', token);
      await redis().set('lock', 'mine', 'PX', 10_000);
      expect(await release('other')).toBe(0);
      expect(await release('mine')).toBe(1);
    });

    it('counts in a sliding window', async () => {
      const script = `
        local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
        local used = redis.call('ZCARD', KEYS[1])
        if used >= tonumber(ARGV[3]) then
          return {0, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]}
        end
        redis.call('ZADD', KEYS[1], now, ARGV[4])
        redis.call('PEXPIRE', KEYS[1], window)
        return {1, tostring(used + 1)}`;
      const hit = (now: number) => redis().eval(script, 1, 'window', now, 1000, 2, `request-${now}`);
      expect(await hit(1_700_000_000_000)).toEqual([1, '1']);
      expect(await hit(1_700_000_000_400)).toEqual([1, '2']);
      expect(await hit(1_700_000_000_900)).toEqual([0, '1700000000000']);
      expect(await hit(1_700_000_001_000)).toEqual([1, '2']);
    });

    it('tells a client that the script is not known here, and knows it once it was loaded', async () => {
      const sha = '1b936e3fe509bcbc9cd0664897bbe8fd0cac101b';
      await redis().script('FLUSH');
      await expect(redis().evalsha(sha, 0)).rejects.toThrow('NOSCRIPT No matching script. Please use EVAL.');
      expect(await redis().script('LOAD', 'return 7')).toMatch(/^[0-9a-f]{40}$/);
    });

    it('calculates with the numbers of Lua 5.1', async () => {
      const script = "return {1700000000 * 1000, tostring(10 / 4), tostring(6 / 3), string.format('%d', 2^40), 7.9}";
      expect(await redis().eval(script, 0)).toEqual([1_700_000_000_000, '2.5', '2', '1099511627776', 7]);
    });

    it('passes bytes through Lua unchanged', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      expect(
        await redis().callBuffer(
          'eval',
          "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])",
          1,
          'k',
          bytes,
        ),
      ).toEqual(bytes);
    });

    it('round-trips JSON', async () => {
      const text = JSON.stringify({ items: [{ id: 1, name: 'Käse' }], total: 1250, open: true });
      const result = await redis().eval('return cjson.encode(cjson.decode(ARGV[1]))', 0, text);
      expect(JSON.parse(String(result))).toEqual(JSON.parse(text));
    });

    it('runs a script to its end before another client is served', async () => {
      const other = await connect();
      const count = "for i = 1, 2000 do redis.call('incr', KEYS[1]) end return redis.call('get', KEYS[1])";
      const results = await Promise.all([redis().eval(count, 1, 'n'), other.eval(count, 1, 'n')]);
      expect(results.sort()).toEqual(['2000', '4000']);
    });

    it('expires nothing that it wrote while it runs', async () => {
      const script = `
        redis.call('set', KEYS[1], 'v', 'PX', 1)
        local spins = 0
        repeat spins = spins + 1 until spins == 300000
        return redis.call('exists', KEYS[1])`;
      expect(await redis().eval(script, 1, 'k')).toBe(1);
    });
  });
}
