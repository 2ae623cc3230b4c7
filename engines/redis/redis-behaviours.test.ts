import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StartedProcess } from './server-process.test.js';

interface Recorded {
  readonly command: readonly [string, ...string[]];
  readonly reply?: unknown;
  readonly error?: string;
}

const recorded = JSON.parse(
  readFileSync(new URL('./fixtures/replies-of-redis-7.0.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** What any Redis server must do, run against the one that `start` starts. */
export function redisBehaviours(start: () => Promise<StartedProcess>): void {
  let server: StartedProcess;
  let redis: Redis;
  const opened: Redis[] = [];

  const connect = async (): Promise<Redis> => {
    const client = new Redis({ port: server.port, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    opened.push(client);
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    server = await start();
  });
  beforeEach(async () => {
    redis = await connect();
    await redis.flushall();
  });
  afterEach(() => {
    for (const client of opened.splice(0)) client.disconnect();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('answers the recorded commands as Redis 7.0.15 did', async () => {
    const differences: unknown[] = [];
    for (const { command, reply, error } of recorded) {
      const expected = error === undefined ? { reply } : { error };
      const actual = await redis.call(...command).then(
        (value) => ({ reply: value }),
        (failure: unknown) => ({ error: (failure as Error).message }),
      );
      if (JSON.stringify(actual) !== JSON.stringify(expected)) differences.push({ command, expected, actual });
    }
    expect(differences).toEqual([]);
  });

  describe('values', () => {
    it('keeps every byte of keys and values', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      await redis.set(bytes, bytes);
      expect(await redis.getBuffer(bytes)).toEqual(bytes);
      expect(await redis.strlen(bytes)).toBe(256);
    });

    it('keeps text outside ASCII', async () => {
      await redis.hset('ünï', 'gericht', 'Käsespätzle 🧀');
      expect(await redis.hgetall('ünï')).toEqual({ gericht: 'Käsespätzle 🧀' });
    });

    it('takes a value of several megabytes that arrives in pieces', async () => {
      const large = 'x'.repeat(5 * 1024 * 1024);
      await redis.set('large', large);
      expect(await redis.get('large')).toBe(large);
    });

    it('answers a long pipeline in order', async () => {
      const pipeline = redis.pipeline();
      for (let index = 0; index < 5000; index += 1) pipeline.incr('n');
      const replies = await pipeline.exec();
      expect(replies?.map(([, value]) => value)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    });
  });

  describe('expiry', () => {
    it('removes a key at its time for readers, and counts it out without any', async () => {
      await redis.set('soon', '1', 'PX', 30);
      await redis.set('stays', '1');
      await vi.waitFor(async () => expect(await redis.dbsize()).toBe(1), { timeout: 5000, interval: 20 });
      expect(await redis.get('soon')).toBeNull();
      expect(await redis.pttl('soon')).toBe(-2);
    });

    it('gives a lock to one of two, until it expires', async () => {
      expect(await redis.set('lock', 'a', 'PX', 40, 'NX')).toBe('OK');
      expect(await redis.set('lock', 'b', 'PX', 40, 'NX')).toBeNull();
      await vi.waitFor(async () => expect(await redis.set('lock', 'b', 'PX', 1000, 'NX')).toBe('OK'), {
        timeout: 5000,
        interval: 10,
      });
    });

    it('keeps the time to live of a counter that is incremented', async () => {
      await redis.set('counter', '1', 'EX', 100);
      await redis.incr('counter');
      expect(await redis.ttl('counter')).toBeGreaterThan(90);
    });
  });

  describe('scanning', () => {
    it('returns every key that stays exactly once while others come and go', async () => {
      const names = Array.from({ length: 500 }, (_, index) => `restaurant:${index}`);
      await redis.mset(Object.fromEntries(names.map((name) => [name, '1'])));
      const seen: string[] = [];
      let cursor = '0';
      let round = 0;
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', 'restaurant:*', 'COUNT', 20);
        seen.push(...keys);
        cursor = next;
        round += 1;
        await redis.mset(`other:${round}`, '1', `more:${round}`, '1');
        if (round > 1) await redis.unlink(`other:${round - 1}`);
      } while (cursor !== '0');
      expect([...new Set(seen)].sort()).toEqual([...names].sort());
    });
  });

  describe('transactions', () => {
    it('runs nothing when a watched key was changed by another', async () => {
      const other = await connect();
      await redis.set('stock', '1');
      await redis.watch('stock');
      await other.decr('stock');
      expect(await redis.multi().set('sold', 'yes').exec()).toBeNull();
      expect(await redis.exists('sold')).toBe(0);
    });

    it('runs everything when the watched key was left alone', async () => {
      await redis.set('stock', '1');
      await redis.watch('stock');
      expect(await redis.multi().decr('stock').get('stock').exec()).toEqual([
        [null, 0],
        [null, '0'],
      ]);
    });

    it('goes on after a command that fails when it runs', async () => {
      await redis.set('text', 'x');
      const replies = await redis.multi().incr('text').set('after', '1').exec();
      expect(replies?.[0]?.[0]?.message).toBe('ERR value is not an integer or out of range');
      expect(await redis.get('after')).toBe('1');
    });
  });

  describe('blocking', () => {
    it('gives a pushed element to the client that waited longest', async () => {
      const [first, second] = [await connect(), await connect()];
      const waits = [first.blpop('jobs', 0)];
      await vi.waitFor(async () => expect(await blockedClients()).toBe(1));
      waits.push(second.blpop('jobs', 0));
      await vi.waitFor(async () => expect(await blockedClients()).toBe(2));
      await redis.rpush('jobs', 'a', 'b');
      expect(await Promise.all(waits)).toEqual([
        ['jobs', 'a'],
        ['jobs', 'b'],
      ]);
    });

    it('moves an element on for a client that waits in BLMOVE', async () => {
      const worker = await connect();
      const wait = worker.blmove('jobs', 'doing', 'LEFT', 'RIGHT', 0);
      await vi.waitFor(async () => expect(await blockedClients()).toBe(1));
      await redis.multi().rpush('jobs', 'a').rpush('jobs', 'b').exec();
      expect(await wait).toBe('a');
      expect(await redis.lrange('doing', 0, -1)).toEqual(['a']);
      expect(await redis.lrange('jobs', 0, -1)).toEqual(['b']);
    });

    it('answers nil when nothing came in time, and what was sent meanwhile after it', async () => {
      const worker = await connect();
      const replies = await Promise.all([worker.blpop('never', 0.05), worker.ping()]);
      expect(replies).toEqual([null, 'PONG']);
    });

    it('loses nothing to a client that went away while waiting', async () => {
      const gone = await connect();
      gone.blpop('jobs', 0).catch(() => undefined);
      await vi.waitFor(async () => expect(await blockedClients()).toBe(1));
      gone.disconnect();
      await vi.waitFor(async () => expect(await blockedClients()).toBe(0));
      await redis.rpush('jobs', 'a');
      expect(await redis.llen('jobs')).toBe(1);
    });

    const blockedClients = async () => Number(/blocked_clients:(\d+)/.exec(await redis.info('clients'))?.[1]);
  });

  describe('publish and subscribe', () => {
    it('delivers to channels and patterns on other connections, and counts receivers', async () => {
      const subscriber = await connect();
      const received: unknown[] = [];
      subscriber.on('message', (channel, message) => received.push([channel, message]));
      subscriber.on('pmessage', (pattern, channel, message) => received.push([pattern, channel, message]));
      await subscriber.subscribe('orders.1');
      await subscriber.psubscribe('orders.*');
      expect(await redis.publish('orders.1', 'created')).toBe(2);
      expect(await redis.publish('orders.2', 'paid')).toBe(1);
      expect(await redis.publish('nobody', 'x')).toBe(0);
      await vi.waitFor(() =>
        expect(received).toEqual([
          ['orders.1', 'created'],
          ['orders.*', 'orders.1', 'created'],
          ['orders.*', 'orders.2', 'paid'],
        ]),
      );
    });

    it('refuses other commands on a subscribed connection, and takes them again after unsubscribing', async () => {
      const subscriber = await connect();
      await subscriber.subscribe('c');
      await expect(subscriber.call('get', 'x')).rejects.toThrow();
      await subscriber.unsubscribe('c');
      expect(await subscriber.get('x')).toBeNull();
    });
  });

  describe('scripts', () => {
    it('releases a lock only for the token that holds it', async () => {
      redis.defineCommand('release', {
        numberOfKeys: 1,
        lua: "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end",
      });
      const release = (token: string) =>
        (redis as Redis & { release(key: string, token: string): Promise<number> }).release('lock', token);
      await redis.set('lock', 'mine', 'PX', 10_000);
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
      const hit = (now: number) => redis.eval(script, 1, 'window', now, 1000, 2, `request-${now}`);
      expect(await hit(1_700_000_000_000)).toEqual([1, '1']);
      expect(await hit(1_700_000_000_400)).toEqual([1, '2']);
      expect(await hit(1_700_000_000_900)).toEqual([0, '1700000000000']);
      expect(await hit(1_700_000_001_000)).toEqual([1, '2']);
    });

    it('tells a client that the script is not known here, and knows it once it was loaded', async () => {
      const sha = '1b936e3fe509bcbc9cd0664897bbe8fd0cac101b';
      await redis.script('FLUSH');
      await expect(redis.evalsha(sha, 0)).rejects.toThrow('NOSCRIPT No matching script. Please use EVAL.');
      expect(await redis.script('LOAD', 'return 7')).toMatch(/^[0-9a-f]{40}$/);
    });

    it('calculates with the numbers of Lua 5.1', async () => {
      const script = "return {1700000000 * 1000, tostring(10 / 4), tostring(6 / 3), string.format('%d', 2^40), 7.9}";
      expect(await redis.eval(script, 0)).toEqual([1_700_000_000_000, '2.5', '2', '1099511627776', 7]);
    });

    it('passes bytes through Lua unchanged', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      expect(
        await redis.callBuffer(
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
      const result = await redis.eval('return cjson.encode(cjson.decode(ARGV[1]))', 0, text);
      expect(JSON.parse(String(result))).toEqual(JSON.parse(text));
    });
  });

  describe('connections', () => {
    it('tells clients apart by name', async () => {
      await redis.client('SETNAME', 'gateway');
      expect(await redis.client('GETNAME')).toBe('gateway');
      expect(await redis.client('LIST')).toContain('name=gateway');
    });

    it('keeps databases apart', async () => {
      await redis.set('k', 'zero');
      await redis.select(3);
      expect(await redis.get('k')).toBeNull();
    });

    it('counts hits and misses', async () => {
      await redis.config('RESETSTAT');
      await redis.set('k', '1');
      await redis.get('k');
      await redis.get('none');
      expect(await redis.info('stats')).toMatch(/keyspace_hits:1\r\nkeyspace_misses:1\r\n/);
    });
  });
}
