import { eventually } from '@quickbite/shared/testing';
import { latLngToCell } from 'h3-js';
import { Redis } from 'ioredis';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, north, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

const cellAt = (metres: number): string => {
  const [lng, lat] = north(metres).coordinates;
  return `surge:supply:${latLngToCell(lat, lng, 8)}`;
};

describe('positions', () => {
  let lab: TestService;
  beforeAll(async () => {
    lab = await startTestService();
  });
  beforeEach(() => lab.reset());
  afterAll(() => lab.stop());

  const historyOf = async (userId: string): Promise<{ location: unknown }[]> =>
    (await lab.stored(userId))['locationHistory'] as { location: unknown }[];

  it('are written together: the newest of each driver, and not each of them', async () => {
    lab.knobs.set({ 'location.flushMs': 300 });
    const { id, userId } = await lab.driver(0);
    for (let step = 1; step <= 20; step += 1) {
      const answer = await lab.move(userId, step);
      expect(answer).toMatchObject({ status: 200, body: { id, location: north(step) } });
    }
    await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ location: north(20) }));
    expect(await historyOf(userId)).toHaveLength(1);
  });

  it('come by the thousand, and nearly none is written, least of all into the history', async () => {
    const drivers = await Promise.all(Array.from({ length: 30 }, () => lab.driver(0)));
    const before = await lab.positions();
    const started = performance.now();
    for (let step = 1; step <= 35; step += 1)
      await Promise.all(drivers.map(async ({ userId }) => expect((await lab.move(userId, step)).status).toBe(200)));
    await eventually(async () => {
      for (const { userId } of drivers) expect(await lab.stored(userId)).toMatchObject({ location: north(35) });
    });
    const seconds = (performance.now() - started) / 1000;
    const after = await lab.positions();
    expect(after.received - before.received).toBe(1050);
    // One flush a second, and one position of the history in ten, for each driver.
    expect(after.written - before.written).toBeLessThanOrEqual(30 * (Math.ceil(seconds) + 1));
    expect(after.written - before.written).toBeGreaterThanOrEqual(30);
    const histories = await Promise.all(drivers.map(({ userId }) => historyOf(userId)));
    for (const history of histories) expect(history.length).toBeLessThanOrEqual(1 + Math.ceil(seconds / 10));
  });

  it('are all written, with the last 100 as history, when they are not coalesced', async () => {
    lab.knobs.set({ 'location.coalesce': false });
    const { userId } = await lab.driver(0);
    for (let step = 1; step <= 105; step += 1) expect((await lab.move(userId, step)).status).toBe(200);
    const history = await historyOf(userId);
    expect(history).toHaveLength(100);
    expect(history.at(-1)?.location).toEqual(north(105));
    expect(await lab.stored(userId)).toMatchObject({ location: north(105) });
  });

  it('go into the history at most once in an interval', async () => {
    lab.knobs.set({ 'location.flushMs': 10 });
    const { userId } = await lab.driver(0);
    await lab.move(userId, 1);
    await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ location: north(1) }));
    expect(await historyOf(userId)).toHaveLength(1);
    lab.knobs.set({ 'location.historyIntervalMs': 0 });
    await lab.move(userId, 2);
    await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ location: north(2) }));
    await eventually(async () => expect(await historyOf(userId)).toHaveLength(2));
  });

  it('do not undo a newer one that came with the profile', async () => {
    lab.knobs.set({ 'location.flushMs': 400 });
    const { userId } = await lab.driver(0);
    const other = await lab.driver(0);
    await lab.move(userId, 500);
    await lab.move(other.userId, 700);
    const as = { userId, role: 'driver' } as const;
    const body = { vehicle: 'car', status: 'available', location: north(900) };
    expect((await lab.call('PUT', '/api/drivers/me', { as, body })).status).toBe(200);
    // Both waited for the same flush.
    await eventually(async () => expect(await lab.stored(other.userId)).toMatchObject({ location: north(700) }));
    expect(await lab.stored(userId)).toMatchObject({ location: north(900) });
  });

  it('of a driver with an order are published to those who track it, and those of others are not', async () => {
    lab.knobs.set({ 'location.flushMs': 50 });
    const carrying = await lab.driver(100);
    const orderId = newId();
    await lab.publish('order.confirmed', orderId);
    await eventually(async () => expect(await lab.stored(carrying.userId)).toMatchObject({ status: 'busy' }));
    const idle = await lab.driver(200);
    const heard: unknown[] = [];
    const subscriber = new Redis(lab.redisEngine.port);
    try {
      await subscriber.psubscribe('tracking:*');
      subscriber.on('pmessage', (_pattern, channel, text) => heard.push([channel, JSON.parse(text)]));
      await lab.move(idle.userId, 250);
      await lab.move(carrying.userId, 150);
      await eventually(() => expect(heard).toHaveLength(1));
      expect(heard[0]).toEqual([
        `tracking:${orderId}`,
        { type: 'location', orderId, location: north(150), at: expect.any(String) as string },
      ]);
    } finally {
      subscriber.disconnect();
    }
  });

  describe('as supply', () => {
    const members = (key: string): Promise<string[]> => lab.redis.zrange(key, 0, -1);

    it('count an available driver in one cell: where they are now', async () => {
      lab.knobs.set({ 'location.flushMs': 10 });
      const { id, userId } = await lab.driver(0);
      await eventually(async () => expect(await members(cellAt(0))).toContain(id));
      expect(await lab.redis.pttl(cellAt(0))).toBeGreaterThan(0);
      await lab.move(userId, 5000);
      await eventually(async () => expect(await members(cellAt(5000))).toContain(id));
      expect(await members(cellAt(0))).not.toContain(id);
    });

    it('leave out drivers who carry an order or went offline, and count them again afterwards', async () => {
      const { id, userId } = await lab.driver(0);
      await eventually(async () => expect(await members(cellAt(0))).toContain(id));
      const orderId = newId();
      await lab.publish('order.confirmed', orderId);
      await eventually(async () => expect(await members(cellAt(0))).not.toContain(id));
      await lab.publish('order.delivered', orderId);
      await eventually(async () => expect(await members(cellAt(0))).toContain(id));
      const body = { vehicle: 'car', status: 'offline', location: north(0) };
      await lab.call('PUT', '/api/drivers/me', { as: { userId, role: 'driver' }, body });
      await eventually(async () => expect(await members(cellAt(0))).not.toContain(id));
    });
  });

  it('are a sign of life: a driver who is silent is neither found nor given orders until the next', async () => {
    lab.knobs.set({ 'location.flushMs': 10 });
    const { id, userId } = await lab.driver(100);
    const long = new Date(Date.now() - 121_000);
    const ago = { locatedAt: long, lastSeenAt: long };
    await lab.database.collection('drivers').updateOne({ userId: new Types.ObjectId(userId) }, { $set: ago });
    const nearby = async (): Promise<unknown> => {
      const as = { userId: newId(), role: 'customer' } as const;
      return (await lab.call('GET', '/api/drivers/nearby?lng=13.4&lat=52.5', { as })).body;
    };
    expect(await nearby()).toMatchObject({ total: 0 });
    lab.knobs.set({ 'availability.heartbeatMs': 0 });
    expect(await nearby()).toMatchObject({ total: 1 });
    lab.knobs.set({ 'availability.heartbeatMs': 120_000 });
    await lab.publish('order.confirmed', newId());
    await lab.move(userId, 110);
    await eventually(() => expect(lab.assigned.map(({ data }) => data.driverId)).toEqual([id]));
  });

  it('are written without Redis, too', async () => {
    lab.knobs.set({ 'location.flushMs': 10 });
    const { userId } = await lab.driver(0);
    await lab.redisEngine.kill();
    try {
      expect((await lab.move(userId, 300)).status).toBe(200);
      await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ location: north(300) }));
    } finally {
      await lab.redisEngine.restart();
    }
    await eventually(() => lab.redis.ping());
  });
});
