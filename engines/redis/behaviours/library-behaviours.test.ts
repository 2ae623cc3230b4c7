import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Redis } from 'ioredis';
import { RedisStore } from 'rate-limit-redis';
import type { RedisReply } from 'rate-limit-redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SOON } from './redis-context.test.js';
import type { RedisContext } from './redis-context.test.js';

/** Libraries as applications use them, unmodified. */
export function libraryBehaviours({ redis, connect }: RedisContext): void {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** An HTTP server that lets so many requests through in a window. */
  const limited = async (client: Redis, options: { limit: number; windowMs: number }): Promise<string> => {
    const store = new RedisStore({
      sendCommand: (command: string, ...args: string[]) => client.call(command, ...args) as Promise<RedisReply>,
    });
    const app = express();
    app.use(rateLimit({ ...options, store, standardHeaders: 'draft-8', validate: false }));
    app.get('/', (_request, response) => void response.send('through'));
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  const status = async (url: string) => (await fetch(url)).status;

  describe('express-rate-limit with rate-limit-redis', () => {
    it('refuses with 429 what is above the limit', async () => {
      const url = await limited(redis(), { limit: 2, windowMs: 60_000 });
      expect([await status(url), await status(url), await status(url)]).toEqual([200, 200, 429]);
    });

    it('counts for two servers together', async () => {
      const urls = [
        await limited(redis(), { limit: 3, windowMs: 60_000 }),
        await limited(await connect(), { limit: 3, windowMs: 60_000 }),
      ];
      const seen: number[] = [];
      for (let round = 0; round < 2; round += 1) for (const url of urls) seen.push(await status(url));
      expect(seen).toEqual([200, 200, 200, 429]);
    });

    it('lets through again after the window', async () => {
      const url = await limited(redis(), { limit: 1, windowMs: 300 });
      await vi.waitFor(async () => expect(await status(url)).toBe(429), SOON);
      await vi.waitFor(async () => expect(await status(url)).toBe(200), SOON);
    });

    it('goes on after the scripts were flushed', async () => {
      const url = await limited(redis(), { limit: 5, windowMs: 60_000 });
      expect(await status(url)).toBe(200);
      await redis().script('FLUSH');
      expect(await status(url)).toBe(200);
    });
  });

  describe('ioredis', () => {
    it('pipelines commands, each with an error or a result of its own', async () => {
      const results = await redis().pipeline().set('text', 'x').incr('text').get('text').exec();
      expect(results?.map(([error, value]) => error?.message ?? value)).toEqual([
        'OK',
        'ERR value is not an integer or out of range',
        'x',
      ]);
    });

    it('pipelines on its own with enableAutoPipelining', async () => {
      const client = await connect({ enableAutoPipelining: true });
      const values = await Promise.all(Array.from({ length: 50 }, (_, index) => client.incrby('n', index)));
      expect(values[49]).toBe(1225);
    });

    it('runs commands that were defined in Lua, by their SHA-1 from the second time on', async () => {
      redis().defineCommand('addBoth', {
        numberOfKeys: 2,
        lua: "return redis.call('incrby', KEYS[1], ARGV[1]) + redis.call('incrby', KEYS[2], ARGV[1])",
      });
      const client = redis() as Redis & { addBoth(a: string, b: string, by: number): Promise<number> };
      expect(await client.addBoth('a', 'b', 2)).toBe(4);
      expect(await client.addBoth('a', 'b', 2)).toBe(8);
      await client.script('FLUSH');
      expect(await client.addBoth('a', 'b', 2)).toBe(12);
    });

    it('streams keys with scanStream', async () => {
      await redis().mset(Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`s:${index}`, '1'])));
      const found = new Set<string>();
      for await (const keys of redis().scanStream({ match: 's:*', count: 25 })) {
        for (const key of keys as string[]) found.add(key);
      }
      expect(found.size).toBe(120);
    });

    it('prefixes keys, selects a database and gives its name at the start', async () => {
      const client = await connect({ keyPrefix: 'app:', db: 4, connectionName: 'worker' });
      await client.set('k', 'v');
      await redis().select(4);
      expect(await redis().get('app:k')).toBe('v');
      expect(await client.client('GETNAME')).toBe('worker');
    });

    it('reads and writes hashes as objects and maps', async () => {
      await redis().hset('order', new Map([['status', 'PENDING']]));
      await redis().hset('order', { total: 1250 });
      expect(await redis().hgetall('order')).toEqual({ status: 'PENDING', total: '1250' });
    });

    it('comes back after its connection was killed', async () => {
      const client = await connect({ retryStrategy: () => 10 });
      await redis().client('KILL', 'ID', await client.client('ID'));
      await vi.waitFor(async () => expect(await client.ping()).toBe('PONG'), SOON);
    });

    it('watches and retries until its transaction goes through', async () => {
      const clients = [await connect(), await connect(), await connect()];
      const increment = async (client: Redis): Promise<void> => {
        await client.watch('n');
        const value = Number((await client.get('n')) ?? 0);
        if (
          (await client
            .multi()
            .set('n', value + 1)
            .exec()) === null
        )
          await increment(client);
      };
      await Promise.all(
        clients.map(async (client) => {
          for (let round = 0; round < 10; round += 1) await increment(client);
        }),
      );
      expect(await redis().get('n')).toBe('30');
    });
  });
}
