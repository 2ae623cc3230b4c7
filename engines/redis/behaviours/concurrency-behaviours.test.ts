import { describe, expect, it, vi } from 'vitest';
import { SOON, untilBlocked } from './redis-context.test.js';
import type { RedisContext } from './redis-context.test.js';

/** What one client's commands do to another: transactions, blocking, pub/sub, pauses. */
export function concurrencyBehaviours({ redis, connect }: RedisContext): void {
  describe('transactions of several clients', () => {
    it('run nothing when a watched key was changed by another', async () => {
      const other = await connect();
      await redis().set('stock', '1');
      await redis().watch('stock');
      await other.decr('stock');
      expect(await redis().multi().set('sold', 'yes').exec()).toBeNull();
      expect(await redis().exists('sold')).toBe(0);
    });

    it('run nothing when a watched key expired', async () => {
      await redis().pipeline().set('offer', '1', 'PX', 20).watch('offer').exec();
      const other = await connect();
      await vi.waitFor(async () => expect(await other.exists('offer')).toBe(0), SOON);
      expect(await redis().multi().set('sold', 'yes').exec()).toBeNull();
    });

    it('run everything when the watched key was left alone', async () => {
      await redis().set('stock', '1');
      await redis().watch('stock');
      expect(await redis().multi().decr('stock').get('stock').exec()).toEqual([
        [null, 0],
        [null, '0'],
      ]);
    });

    it('let only one of two increments through that read the same value', async () => {
      const clients = [await connect(), await connect()];
      await redis().set('n', '5');
      for (const client of clients) await client.watch('n');
      const results = [];
      for (const client of clients) results.push(await client.multi().incr('n').exec());
      expect(results).toEqual([[[null, 6]], null]);
    });
  });

  describe('blocking with several clients', () => {
    it('gives a pushed element to the client that waited longest', async () => {
      const [first, second] = [await connect(), await connect()];
      const waits = [first.blpop('jobs', 0)];
      await untilBlocked(redis(), 1);
      waits.push(second.blpop('jobs', 0));
      await untilBlocked(redis(), 2);
      await redis().rpush('jobs', 'a', 'b');
      expect(await Promise.all(waits)).toEqual([
        ['jobs', 'a'],
        ['jobs', 'b'],
      ]);
    });

    it('moves an element on for a client that waits in BLMOVE', async () => {
      const worker = await connect();
      const wait = worker.blmove('jobs', 'doing', 'LEFT', 'RIGHT', 0);
      await untilBlocked(redis(), 1);
      await redis().multi().rpush('jobs', 'a').rpush('jobs', 'b').exec();
      expect(await wait).toBe('a');
      expect(await redis().lrange('doing', 0, -1)).toEqual(['a']);
      expect(await redis().lrange('jobs', 0, -1)).toEqual(['b']);
    });

    it('gives several elements at once to a client that waits in BLMPOP', async () => {
      const worker = await connect();
      const wait = worker.call('blmpop', 0, 2, 'urgent', 'jobs', 'LEFT', 'COUNT', 10);
      await untilBlocked(redis(), 1);
      await redis().rpush('jobs', 'a', 'b', 'c');
      expect(await wait).toEqual(['jobs', ['a', 'b', 'c']]);
    });

    it('answers BZPOPMIN when a member is added', async () => {
      const worker = await connect();
      const wait = worker.bzpopmin('queue', 0);
      await untilBlocked(redis(), 1);
      await redis().zadd('queue', 2, 'later', 1, 'first');
      expect(await wait).toEqual(['queue', 'first', '1']);
    });

    it('answers nil when nothing came in time, and what was sent meanwhile after it', async () => {
      const worker = await connect();
      expect(await Promise.all([worker.blpop('never', 0.05), worker.ping()])).toEqual([null, 'PONG']);
    });

    it('loses nothing to a client that went away while waiting', async () => {
      const gone = await connect();
      gone.blpop('jobs', 0).catch(() => undefined);
      await untilBlocked(redis(), 1);
      gone.disconnect();
      await untilBlocked(redis(), 0);
      await redis().rpush('jobs', 'a');
      expect(await redis().llen('jobs')).toBe(1);
    });

    it('ends a wait with CLIENT UNBLOCK', async () => {
      const worker = await connect();
      const id = await worker.client('ID');
      const wait = worker.blpop('never', 0);
      await untilBlocked(redis(), 1);
      expect(await redis().client('UNBLOCK', id)).toBe(1);
      expect(await wait).toBeNull();
    });
  });

  describe('publish and subscribe', () => {
    it('delivers to channels and patterns on other connections, and counts receivers', async () => {
      const subscriber = await connect();
      const received: unknown[] = [];
      subscriber.on('message', (channel, message) => received.push([channel, message]));
      subscriber.on('pmessage', (pattern, channel, message) => received.push([pattern, channel, message]));
      await subscriber.subscribe('orders.1');
      await subscriber.psubscribe('orders.*');
      expect(await redis().publish('orders.1', 'created')).toBe(2);
      expect(await redis().publish('orders.2', 'paid')).toBe(1);
      expect(await redis().publish('nobody', 'x')).toBe(0);
      await vi.waitFor(
        () =>
          expect(received).toEqual([
            ['orders.1', 'created'],
            ['orders.*', 'orders.1', 'created'],
            ['orders.*', 'orders.2', 'paid'],
          ]),
        SOON,
      );
    });

    it('refuses other commands on a subscribed connection, and takes them again after unsubscribing', async () => {
      const subscriber = await connect();
      await subscriber.subscribe('c');
      await expect(subscriber.call('get', 'x')).rejects.toThrow();
      await subscriber.unsubscribe('c');
      expect(await subscriber.get('x')).toBeNull();
    });

    it('keeps the order of messages to every subscriber', async () => {
      const subscribers = [await connect(), await connect()];
      const received: string[][] = subscribers.map(() => []);
      for (const [index, subscriber] of subscribers.entries()) {
        subscriber.on('message', (_channel, message: string) => received[index]?.push(message));
        await subscriber.subscribe('ticks');
      }
      const messages = Array.from({ length: 200 }, (_, index) => String(index));
      await Promise.all(messages.map((message) => redis().publish('ticks', message)));
      await vi.waitFor(() => expect(received).toEqual([messages, messages]), SOON);
    });

    it('publishes from a script', async () => {
      const subscriber = await connect();
      const received: string[] = [];
      subscriber.on('message', (_channel, message: string) => received.push(message));
      await subscriber.subscribe('c');
      expect(await redis().eval("return redis.call('publish', 'c', 'from Lua')", 0)).toBe(1);
      await vi.waitFor(() => expect(received).toEqual(['from Lua']), SOON);
    });

    it('tells of keys that expire when notify-keyspace-events asks for it', async () => {
      const subscriber = await connect();
      const received: unknown[] = [];
      subscriber.on('message', (channel, message) => received.push([channel, message]));
      await redis().config('SET', 'notify-keyspace-events', 'KEx');
      await subscriber.subscribe('__keyevent@0__:expired', '__keyspace@0__:gone');
      await redis().set('gone', '1', 'PX', 10);
      await vi.waitFor(
        () =>
          expect(received).toEqual([
            ['__keyspace@0__:gone', 'expired'],
            ['__keyevent@0__:expired', 'gone'],
          ]),
        SOON,
      );
    });
  });

  describe('CLIENT PAUSE', () => {
    it('holds writes until it is over and lets reads through', async () => {
      await redis().set('k', 'before');
      const writer = await connect();
      await redis().call('client', 'pause', '60000', 'WRITE');
      const arrived = writer.ping();
      const write = writer.set('k', 'after');
      await arrived;
      expect(await redis().get('k')).toBe('before');
      await redis().call('client', 'unpause');
      await write;
      expect(await redis().get('k')).toBe('after');
    });

    it('holds everything for so long', async () => {
      const started = performance.now();
      await redis().call('client', 'pause', '100');
      expect(await redis().ping()).toBe('PONG');
      expect(performance.now() - started).toBeGreaterThan(90);
    });
  });
}
