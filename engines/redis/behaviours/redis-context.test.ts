import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { StartedProcess } from '../server-process.test.js';

/** What a behaviour is tested with: one server for all, an empty one for each. */
export interface RedisContext {
  readonly port: () => number;
  /** A client of the test. */
  readonly redis: () => Redis;
  /** Another client, disconnected after the test. */
  readonly connect: (options?: RedisOptions) => Promise<Redis>;
}

/** Starts the server before the tests of the surrounding suite, and empties it before each. */
export function useRedis(start: () => Promise<StartedProcess>): RedisContext {
  let server: StartedProcess;
  let redis: Redis;
  const opened: Redis[] = [];

  const connect = async (options: RedisOptions = {}): Promise<Redis> => {
    const client = new Redis({ port: server.port, lazyConnect: true, retryStrategy: () => null, ...options });
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
    await redis.call('config', 'set', 'maxmemory', '0', 'maxmemory-policy', 'noeviction', 'notify-keyspace-events', '');
    await redis.flushall();
  });
  afterEach(() => {
    for (const client of opened.splice(0)) client.disconnect();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  return { port: () => server.port, redis: () => redis, connect };
}

/** How long what must happen may take on a machine that is busy with other things. */
export const SOON = { timeout: 10_000, interval: 10 } as const;

/** A number of INFO. */
export async function infoNumber(redis: Redis, name: string): Promise<number> {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await redis.info('everything'))?.[1]);
}

/** Waits until so many clients wait in a blocking command. */
export async function untilBlocked(redis: Redis, clients: number): Promise<void> {
  await vi.waitFor(async () => {
    const blocked = await infoNumber(redis, 'blocked_clients');
    if (blocked !== clients) throw new Error(`expected ${clients} blocked clients, there are ${blocked}`);
  }, SOON);
}
