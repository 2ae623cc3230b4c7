import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { fuzz } from '../testing/fuzz.js';
import type { FuzzReport } from '../testing/fuzz.js';
import { requestFrame } from './request-frames.test.js';
import type { StartedProcess } from './server-process.test.js';

/** What the frames wrote is cleared away now and then: it must not count as growth. */
const CHECKS_PER_FLUSH = 50;

/** Sends so many requests, most of them malformed, while an ioredis client sets, runs a script and reads. */
export async function fuzzRedis(server: StartedProcess, count: number): Promise<FuzzReport> {
  const client = new Redis({ port: server.port, retryStrategy: () => null });
  client.on('error', () => undefined);
  let asked = 0;
  try {
    return await fuzz({
      port: server.port,
      pid: server.child.pid ?? 0,
      frames: requestFrame,
      count,
      healthy: async () => {
        asked += 1;
        if (asked % CHECKS_PER_FLUSH === 0) await client.flushall();
        await client.set(`healthy:${asked}`, 'x', 'EX', 60);
        expect(await client.eval("return redis.call('GET', KEYS[1])", 1, `healthy:${asked}`)).toBe('x');
      },
    });
  } finally {
    client.disconnect();
  }
}
