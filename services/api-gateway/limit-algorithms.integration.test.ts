import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { sharedLimiters } from './data-access/shared-limiters.js';
import { localLimiters } from './domain/local-limiters.js';
import { createChosenLimiter } from './domain/chosen-limiter.js';
import type { Algorithm } from './domain/limit-algorithms.js';
import type { Attempt, Limiter } from './domain/rate-limits.js';

let engine: StartedEngine;
let redis: Redis;

beforeAll(async () => {
  engine = await startEngine('redis');
  redis = new Redis(engine.port, '127.0.0.1');
});
afterAll(async () => {
  redis.disconnect();
  await engine.stop();
});

/** Attempts of one client that nobody else is. */
function client(rule: { limit: number; windowMs: number; held?: boolean }): () => Attempt {
  const key = randomUUID();
  return () => ({ held: false, ...rule, key, id: randomUUID() });
}

async function admitted(limiter: Limiter, attempts: readonly Attempt[]): Promise<number> {
  const verdicts = await Promise.all(attempts.map((attempt) => limiter.take(attempt)));
  return verdicts.filter(({ outcome }) => outcome === 'admitted').length;
}

const many = (count: number, attempt: () => Attempt): Attempt[] => Array.from({ length: count }, attempt);

const places: [string, () => Readonly<Record<Algorithm, Limiter>>][] = [
  ['in Redis', () => sharedLimiters(redis)],
  ['of one process', localLimiters],
];
const algorithms: Algorithm[] = ['fixed-window', 'token-bucket'];

describe.each(places)('%s', (_place, open) => {
  it.each(algorithms)('a %s admits exactly the limit of many at the same time', async (algorithm) => {
    expect(await admitted(open()[algorithm], many(30, client({ limit: 7, windowMs: 600_000 })))).toBe(7);
  });

  it.each(algorithms)(
    'a %s makes others wait for held attempts, gives places back or keeps them',
    async (algorithm) => {
      const limiter = open()[algorithm];
      // So long that the bucket gains nothing and the window meets no edge but by a chance of one in a thousand.
      const attempt = client({ limit: 2, windowMs: 3_600_000, held: true });
      const [first, second, third] = [attempt(), attempt(), attempt()];
      expect((await limiter.take(first)).remaining).toBe(1);
      await limiter.take(second);
      expect((await limiter.take(attempt())).outcome).toBe('wait');
      await limiter.settle(first, false);
      expect((await limiter.take(third)).outcome).toBe('admitted');
      await limiter.settle(second, true);
      expect((await limiter.take(attempt())).outcome).toBe('wait');
      await limiter.settle(third, true);
      expect((await limiter.take(attempt())).outcome).toBe('refused');
    },
  );

  it('a fixed-window has all places free again at its edge, and says when that is', async () => {
    const limiter = open()['fixed-window'];
    const attempt = client({ limit: 5, windowMs: 1_000 });
    await admitted(limiter, many(5, attempt));
    const { resetMs } = await limiter.take(attempt());
    expect(resetMs).toBeLessThanOrEqual(1_000);
    await delay(resetMs + 5);
    expect(await admitted(limiter, many(9, attempt))).toBe(5);
  });

  it('a token-bucket that is empty has one place after the other, and says when the next one is', async () => {
    const limiter = open()['token-bucket'];
    const attempt = client({ limit: 4, windowMs: 4_000 });
    await admitted(limiter, many(4, attempt));
    const { outcome, resetMs } = await limiter.take(attempt());
    expect(outcome).toBe('refused');
    expect(resetMs).toBeLessThanOrEqual(1_000);
    await delay(resetMs + 5);
    const regained = await admitted(limiter, many(9, attempt));
    expect(regained).toBeGreaterThanOrEqual(1);
    expect(regained).toBeLessThan(4);
  });

  it('another algorithm can be chosen at any time', async () => {
    let chosen: Algorithm = 'fixed-window';
    const limiter = createChosenLimiter(open(), () => chosen);
    const attempt = client({ limit: 2, windowMs: 600_000 });
    expect(await admitted(limiter, many(3, attempt))).toBe(2);
    chosen = 'token-bucket';
    expect(await admitted(limiter, many(3, attempt))).toBe(2);
  });
});

it.each(algorithms)('a %s leaves nothing in Redis when it is over', async (algorithm) => {
  const limiter = sharedLimiters(redis)[algorithm];
  const attempt = client({ limit: 2, windowMs: 1_000, held: true });
  const first = attempt();
  await limiter.take(first);
  await limiter.settle(first, true);
  expect(await redis.keys(`ratelimit:{${first.key}}:*`)).not.toEqual([]);
  await vi.waitFor(async () => expect(await redis.keys(`ratelimit:{${first.key}}:*`)).toEqual([]), { timeout: 20_000 });
});
