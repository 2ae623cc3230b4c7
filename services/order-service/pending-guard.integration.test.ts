import { connectRedis } from '@quickbite/shared/cache';
import { createLogger } from '@quickbite/shared/logging';
import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newCase, orderOf } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

describe('orders of one customer with one restaurant', () => {
  let service: OrderServiceUnderTest;
  let redis: ReturnType<typeof connectRedis>;
  beforeAll(async () => {
    service = await startOrderService();
    redis = connectRedis({
      url: `redis://127.0.0.1:${service.redis.port}`,
      logger: createLogger({ service: 'test', level: 'error' }),
      commandTimeoutMs: 5000,
    });
    await eventually(() => redis.ping());
  });
  afterAll(async () => {
    redis.disconnect();
    await service.stop();
  });
  afterEach(() => service.setKnobs({ 'orders.pendingGuard': 'unique-index', 'outbox.enabled': true }));

  const statusesOf = async (requests: readonly Promise<{ status: number }>[]): Promise<number[]> =>
    (await Promise.all(requests)).map(({ status }) => status).sort();

  it.each(['unique-index', 'lock'] as const)('are placed one after the other under the guard %s', async (guard) => {
    await service.setKnobs({ 'orders.pendingGuard': guard });
    const { place, pay, move, customer } = newCase(service);
    const attempts = Array.from({ length: 6 }, () => place());
    expect(await statusesOf(attempts)).toEqual([201, 409, 409, 409, 409, 409]);
    const placed = (await Promise.all(attempts)).find(({ status }) => status === 201);
    if (!placed) throw new Error('no order was placed');
    const { id } = orderOf(placed);
    expect((await place()).body).toMatchObject({
      type: 'https://quickbite.dev/problems/conflict',
      detail: expect.stringContaining(id) as string,
    });
    expect((await pay(id)).status).toBe(200);
    const next = await place();
    expect(next.status).toBe(201);
    expect((await move(orderOf(next).id, 'CANCELLED', 1, customer)).status).toBe(200);
    expect((await place()).status).toBe(201);
  });

  it.each(['unique-index', 'lock'] as const)('are still one order for one key under the guard %s', async (guard) => {
    await service.setKnobs({ 'orders.pendingGuard': guard });
    const { place } = newCase(service);
    const first = await place({ key: 'the-same-key' });
    const again = await place({ key: 'the-same-key' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(orderOf(again).id).toBe(orderOf(first).id);
  });

  it('are placed at the same moment without a guard', async () => {
    await service.setKnobs({ 'orders.pendingGuard': 'none' });
    const { place } = newCase(service);
    expect(await statusesOf([place(), place(), place()])).toEqual([201, 201, 201]);
  });

  it('are refused to a holder who lost the lock without noticing: somebody later was let through', async () => {
    await service.setKnobs({ 'orders.pendingGuard': 'lock' });
    const { place, pay, customer, restaurant } = newCase(service);
    const key = `orders:pending-fence:${customer.userId}:${restaurant.id}`;
    await redis.set(key, '41');
    expect((await pay(orderOf(await place()).id)).status).toBe(200);
    await redis.set(key, '7');
    expect((await place()).status).toBe(409);
  });

  it('are placed twice under a lock that expires before its holder is done', async () => {
    await service.setKnobs({ 'orders.pendingGuard': 'lock', 'orders.pendingLockMs': 1 });
    try {
      await eventually(async () => {
        const { place } = newCase(service);
        const statuses = await statusesOf(Array.from({ length: 6 }, () => place()));
        expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(1);
      });
    } finally {
      await service.setKnobs({ 'orders.pendingLockMs': 5000 });
    }
  });

  it('tell whoever tracks them of each step', async () => {
    const { place, pay } = newCase(service);
    const { id } = orderOf(await place());
    const listener = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null });
    try {
      const messages: unknown[] = [];
      listener.on('message', (_channel, message: string) => messages.push(JSON.parse(message)));
      await listener.subscribe(`tracking:${id}`);
      const paid = await pay(id);
      const { history } = z.object({ history: z.array(z.object({ at: z.string() })) }).parse(paid.body);
      await eventually(() =>
        expect(messages).toEqual([{ type: 'status', orderId: id, status: 'CONFIRMED', at: history.at(-1)?.at }]),
      );
    } finally {
      listener.disconnect();
    }
  });

  it('tell of themselves without an outbox too, unless the broker is away: then nobody ever hears of them', async () => {
    await service.setKnobs({ 'outbox.enabled': false });
    const eventsOf = (id: string): number =>
      service.events.filter(({ data }) => 'orderId' in data && data.orderId === id).length;
    const heard = orderOf(await newCase(service).place());
    await eventually(() => expect(eventsOf(heard.id)).toBe(1));
    await service.amqp.kill();
    const lost = orderOf(await newCase(service).place());
    await service.setKnobs({ 'outbox.lossAnswer': 'error' });
    const { place } = newCase(service);
    expect((await place()).status).toBe(500);
    // It is there all the same.
    expect((await place()).status).toBe(409);
    await service.amqp.restart();
    await eventually(async () => expect((await service.call('GET', '/health/ready')).status).toBe(200));
    await service.setKnobs({ 'outbox.enabled': true, 'outbox.lossAnswer': 'success' });
    const later = orderOf(await newCase(service).place());
    await eventually(() => expect(eventsOf(later.id)).toBe(1));
    expect(eventsOf(lost.id)).toBe(0);
  });

  it('are placed without Redis, but not under its lock', async () => {
    await service.redis.kill();
    try {
      await eventually(() => {
        if (redis.status === 'ready') throw new Error('redis is still there');
      });
      expect((await newCase(service).place()).status).toBe(201);
      await service.setKnobs({ 'orders.pendingGuard': 'lock' });
      expect((await newCase(service).place()).status).toBe(503);
    } finally {
      await service.redis.restart();
    }
  });
});
