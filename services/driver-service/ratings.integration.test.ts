import { eventually } from '@quickbite/shared/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

describe('ratings of drivers', () => {
  let lab: TestService;
  beforeAll(async () => {
    lab = await startTestService();
  });
  beforeEach(() => lab.reset());
  afterAll(() => lab.stop());

  const hasRating = (driver: { id: string; userId: string }, rating: number): Promise<void> =>
    eventually(async () => {
      const own = await lab.call('GET', '/api/drivers/me', { as: { userId: driver.userId, role: 'driver' } });
      expect(own.body).toMatchObject({ metrics: { rating } });
      const seen = await lab.call('GET', `/api/drivers/${driver.id}`, { as: { userId: newId(), role: 'customer' } });
      expect(seen.body).toMatchObject({ rating });
    });

  it('are the mean of what customers gave and of what the driver started with', async () => {
    const driver = await lab.driver(100);
    await hasRating(driver, 5);
    for (let n = 0; n < 10; n += 1) await lab.rate(driver.id, newId(), 2);
    await hasRating(driver, 3.5);
  });

  it('count once for an order, however often they are told, and at the same moment', async () => {
    const driver = await lab.driver(100);
    const orderId = newId();
    await Promise.all(Array.from({ length: 8 }, () => lab.rate(driver.id, orderId, 1)));
    const others = Array.from({ length: 9 }, newId);
    await Promise.all(others.map((other) => lab.rate(driver.id, other, 1)));
    await hasRating(driver, 3);
    expect(await lab.stored(driver.userId)).toMatchObject({ metrics: { ratingCount: 10, ratingSum: 10 } });
  });

  it('decide who gets an order where the strategy weighs them, and not where only the distance counts', async () => {
    const near = await lab.driver(100);
    const better = await lab.driver(300);
    for (let n = 0; n < 10; n += 1) await lab.rate(near.id, newId(), 1);
    await hasRating(near, 3);
    const assigned = async (orderId: string): Promise<string | undefined> => {
      await lab.publish('order.confirmed', orderId);
      return eventually(() => {
        const found = lab.assigned.find(({ data }) => data.orderId === orderId);
        if (!found) throw new Error('expected a driver');
        return found.data.driverId;
      });
    };
    lab.knobs.set({ 'assignment.strategy': 'weighted' });
    expect(await assigned(newId())).toBe(better.id);
    lab.knobs.set({ 'assignment.strategy': 'nearest' });
    expect(await assigned(newId())).toBe(near.id);
  });
});
