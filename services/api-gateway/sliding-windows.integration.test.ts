import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { createRedisSlidingWindow } from './data-access/redis-sliding-window.js';
import { createLocalSlidingWindow } from './domain/local-sliding-window.js';
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

const kinds: [string, () => Limiter][] = [
  ['in Redis', () => createRedisSlidingWindow(redis)],
  ['of one process', () => createLocalSlidingWindow()],
];

describe.each(kinds)('a sliding window %s', (_kind, open) => {
  it('admits up to the limit, counting down, and then refuses', async () => {
    const window = open();
    const attempt = client({ limit: 3, windowMs: 60_000 });
    const verdicts = [];
    for (let i = 0; i < 5; i += 1) verdicts.push(await window.take(attempt()));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['admitted', 'admitted', 'admitted', 'refused', 'refused']);
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
    for (const { resetMs } of verdicts) {
      expect(resetMs).toBeGreaterThan(50_000);
      expect(resetMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('gives back one place at a time: at its edge a client cannot spend two limits', async () => {
    const window = open();
    const attempt = client({ limit: 2, windowMs: 2000 });
    expect((await window.take(attempt())).outcome).toBe('admitted');
    await delay(1000);
    expect((await window.take(attempt())).outcome).toBe('admitted');
    await vi.waitFor(async () => expect((await window.take(attempt())).outcome).toBe('admitted'), {
      timeout: 20_000,
      interval: 20,
    });
    // A fixed window would start anew here, with two places.
    const next = await window.take(attempt());
    expect(next.outcome).toBe('refused');
    expect(next.resetMs).toBeLessThan(2000);
  });

  it('does not let refused attempts prolong the wait', async () => {
    const window = open();
    const attempt = client({ limit: 1, windowMs: 500 });
    await window.take(attempt());
    await vi.waitFor(async () => expect((await window.take(attempt())).outcome).toBe('admitted'), {
      timeout: 2000,
      interval: 10,
    });
  });

  it('says when the next place becomes free after the limit was lowered', async () => {
    const window = open();
    const attempt = client({ limit: 3, windowMs: 10_000 });
    await window.take(attempt());
    await delay(100);
    await window.take(attempt());
    const verdict = await window.take({ ...attempt(), limit: 1 });
    expect(verdict.outcome).toBe('refused');
    expect(verdict.resetMs).toBeGreaterThan(9_900);
  });

  it('keeps clients apart', async () => {
    const window = open();
    const rule = { limit: 1, windowMs: 60_000 };
    expect((await window.take(client(rule)())).outcome).toBe('admitted');
    expect((await window.take(client(rule)())).outcome).toBe('admitted');
  });

  it('admits exactly the limit of many at the same time', async () => {
    const window = open();
    const attempt = client({ limit: 7, windowMs: 60_000 });
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => window.take(attempt())));
    expect(verdicts.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(7);
  });

  it('makes others wait while held attempts are under way, gives their places back or keeps them', async () => {
    const window = open();
    const attempt = client({ limit: 2, windowMs: 60_000, held: true });
    const [first, second] = [attempt(), attempt()];
    await window.take(first);
    await window.take(second);
    expect((await window.take(attempt())).outcome).toBe('wait');

    await window.settle(first, false);
    const third = attempt();
    expect((await window.take(third)).outcome).toBe('admitted');

    await window.settle(second, true);
    expect((await window.take(attempt())).outcome).toBe('wait');
    await window.settle(third, true);
    expect((await window.take(attempt())).outcome).toBe('refused');
  });
});

it('leaves nothing in Redis when the window is over', async () => {
  const window = createRedisSlidingWindow(redis);
  const attempt = client({ limit: 2, windowMs: 1000, held: true });
  const first = attempt();
  await window.take(first);
  expect(await redis.keys(`ratelimit:{${first.key}}:*`)).toHaveLength(2);
  await vi.waitFor(async () => expect(await redis.keys(`ratelimit:{${first.key}}:*`)).toEqual([]), { timeout: 20_000 });
});
