import { createKnobs } from '@quickbite/shared/knobs';
import { eventually } from '@quickbite/shared/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DedupeStrategy } from './domain/record-once.js';
import { notificationKnobs } from './knobs.js';
import { start } from './start.js';
import { orderEvent, startNotifications } from './testing/start-notifications.js';
import type { TestNotifications } from './testing/start-notifications.js';

const COPIES = 20;

let test: TestNotifications;

beforeAll(async () => {
  test = await startNotifications();
  await test.startService();
}, 30_000);
afterEach(() => {
  test.knobs.set({ 'dedupe.strategy': 'processed-event', 'consumer.delayMs': 0, 'consumer.prefetch': 10 });
});
afterAll(() => test.stop());

const processed = (): Promise<number> => test.metric(/^messages_total\{.*outcome="processed".*\} (\d+)$/m);
const duplicates = (): Promise<number> => test.metric(/^messages_total\{.*outcome="duplicate".*\} (\d+)$/m);

/** Publishes one event many times, and waits until each copy is handled. */
async function deliverCopies(strategy: DedupeStrategy): Promise<string> {
  test.knobs.set({ 'dedupe.strategy': strategy });
  const userId = test.addUser();
  const event = orderEvent('order.ready', userId);
  const before = (await processed()) + (await duplicates());
  await Promise.all(Array.from({ length: COPIES }, () => test.broker.publish(event)));
  await eventually(async () => expect((await processed()) + (await duplicates())).toBe(before + COPIES));
  await eventually(async () => expect(await test.metric(/^notifications_pending\{.*\} (\d+)$/m)).toBe(0));
  return userId;
}

describe('an event that is delivered many times', () => {
  it.each(['processed-event', 'redis-claim'] as const)('is told once with %s', async (strategy) => {
    const userId = await deliverCopies(strategy);
    expect(await test.mailbox({ userId })).toHaveLength(1);
    expect((await test.as({ userId }, 'GET', '/api/notifications')).body).toMatchObject({ total: 1 });
  });

  it('is told as often as it comes when nobody looks', async () => {
    const userId = await deliverCopies('none');
    expect(await test.mailbox({ userId })).toHaveLength(COPIES);
  });

  it('is told more than once when looking and remembering are two steps', async () => {
    // They are in work together, however slowly they arrive.
    test.knobs.set({ 'consumer.delayMs': 300 });
    const told = async (): Promise<number> =>
      (await test.mailbox({ userId: await deliverCopies('redis-check') })).length;
    // All that are in work at once look before one remembers, unless the machine keeps them apart: then once more.
    let times = await told();
    for (let round = 1; times === 1 && round < 5; round += 1) times = await told();
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThan(COPIES);
  });

  it('is told once although two instances get it', async () => {
    const knobs = createKnobs(notificationKnobs);
    const second = await start({ env: test.env, knobs });
    const userId = await (async () => {
      const id = test.addUser();
      const event = orderEvent('order.ready', id);
      await Promise.all(Array.from({ length: COPIES }, () => test.broker.publish(event)));
      return id;
    })();
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(1));
    await second.close();
    expect((await test.as({ userId }, 'GET', '/api/notifications')).body).toMatchObject({ total: 1 });
  });
});

describe('a claim in Redis', () => {
  it('that a dead consumer left ends by itself, and the event is told', async () => {
    test.knobs.set({ 'dedupe.strategy': 'redis-claim' });
    const userId = test.addUser();
    const event = orderEvent('order.ready', userId);
    const redis = new Redis(test.redis.port);
    await redis.set(`notification:claim:${event.id}:${userId}`, 'in work', 'PX', 1500, 'NX');
    redis.disconnect();
    await test.broker.publish(event);
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(1));
  });

  it('waits for Redis when that is away, and no message is parked', async () => {
    test.knobs.set({ 'dedupe.strategy': 'redis-claim' });
    await test.redis.kill();
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () =>
      expect(await test.metric(/^messages_total\{.*outcome="postponed".*\} (\d+)$/m)).toBeGreaterThan(3),
    );
    await test.redis.restart();
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(1));
    expect(await test.metric(/^messages_total\{.*outcome="parked".*\} (\d+)$/m)).toBe(0);
  }, 30_000);

  it('is not needed by default: Redis may be away', async () => {
    await test.redis.kill();
    const userId = test.addUser();
    await test.broker.publish(orderEvent('order.ready', userId));
    await eventually(async () => expect(await test.mailbox({ userId })).toHaveLength(1));
    expect((await fetch(`http://127.0.0.1:${test.port}/health/ready`)).status).toBe(200);
    await test.redis.restart();
  });
});

describe('the prefetch', () => {
  it('is taken over by a running consumer', async () => {
    test.knobs.set({ 'consumer.prefetch': 1, 'consumer.delayMs': 200 });
    const userId = test.addUser();
    const total = async (): Promise<number> =>
      ((await test.as({ userId }, 'GET', '/api/notifications')).body as { total: number }).total;
    const publish = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, () => test.broker.publish(orderEvent('order.ready', userId))));
    // Both consumers, the old one with its messages and the new one, are there for a moment.
    await publish(5);
    await eventually(async () => expect(await total()).toBe(5));
    const started = performance.now();
    await publish(5);
    await eventually(async () => expect(await total()).toBe(10));
    // One after the other.
    expect(performance.now() - started).toBeGreaterThan(1000);
    test.knobs.set({ 'consumer.prefetch': 30, 'consumer.delayMs': 1000 });
    const again = performance.now();
    await publish(20);
    await eventually(async () => expect(await total()).toBe(30));
    expect(performance.now() - again).toBeLessThan(20_000 / 2);
  }, 30_000);
});
