import { eventually } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

describe('giving orders to drivers', () => {
  let lab: TestService;
  beforeAll(async () => {
    lab = await startTestService();
  });
  beforeEach(() => lab.reset());
  afterAll(() => lab.stop());

  const me = async (userId: string): Promise<unknown> =>
    (await lab.call('GET', '/api/drivers/me', { as: { userId, role: 'driver' } })).body;
  const answer = (userId: string, orderId: string, how: 'accept' | 'decline'): Promise<ServiceAnswer> =>
    lab.call('POST', `/api/drivers/me/offers/${orderId}/${how}`, { as: { userId, role: 'driver' } });
  const offeredTo = (userId: string, orderId: string): Promise<void> =>
    eventually(async () =>
      expect(await me(userId)).toMatchObject({ status: 'busy', currentOrderId: orderId, offer: {} }),
    );
  const assignedTo = (driverId: string, orderId: string): Promise<void> =>
    eventually(() =>
      expect(lab.assigned.map(({ data }) => [data.driverId, data.orderId])).toEqual([[driverId, orderId]]),
    );

  it('says how long the trip is, to the restaurant and on to the customer', async () => {
    await lab.driver(400);
    await lab.publish('order.confirmed', newId());
    await eventually(() => expect(lab.assigned).toHaveLength(1));
    expect(lab.assigned[0]?.data.distanceMeters).toBeCloseTo(400, -1);
    expect((lab.assigned[0]?.data.tripMeters ?? 0) / 1000).toBeCloseTo(1.4, 2);
  });

  it('weighs rating and load against distance where the strategy says so', async () => {
    lab.knobs.set({ 'assignment.strategy': 'weighted' });
    const near = await lab.driver(100);
    const better = await lab.driver(300);
    const change = { $set: { 'metrics.rating': 2 } };
    await lab.database.collection('drivers').updateOne({ userId: new Types.ObjectId(near.userId) }, change);
    const orderId = newId();
    await lab.publish('order.confirmed', orderId);
    await assignedTo(better.id, orderId);
  });

  it('counts a delivery once, however often it is told, and a cancelled order not at all', async () => {
    const { userId } = await lab.driver(100);
    const free = () => eventually(async () => expect(await lab.stored(userId)).toMatchObject({ status: 'available' }));
    const carry = async (orderId: string): Promise<void> => {
      await lab.publish('order.confirmed', orderId);
      await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ status: 'busy' }));
    };
    for (const ending of ['order.delivered', 'order.delivered', 'order.cancelled'] as const) {
      const orderId = newId();
      await carry(orderId);
      await Promise.all([lab.publish(ending, orderId), lab.publish(ending, orderId), lab.publish(ending, orderId)]);
      await free();
    }
    expect(await me(userId)).toMatchObject({ metrics: { rating: 5, deliveriesToday: 2, totalDeliveries: 2 } });
    const change = { $set: { 'metrics.day': '2020-01-01' } };
    await lab.database.collection('drivers').updateOne({ userId: new Types.ObjectId(userId) }, change);
    expect(await me(userId)).toMatchObject({ metrics: { deliveriesToday: 0, totalDeliveries: 2 } });
  });

  describe('who must accept them', () => {
    beforeEach(() => lab.knobs.set({ 'assignment.autoAccept': false }));

    it('assigns an order only when its driver accepts it; accepting again changes nothing', async () => {
      const { id, userId } = await lab.driver(100);
      const orderId = newId();
      await lab.publish('order.confirmed', orderId);
      await offeredTo(userId, orderId);
      expect(lab.assigned).toEqual([]);
      const accepted = await answer(userId, orderId, 'accept');
      expect(accepted).toMatchObject({ status: 200, body: { id, status: 'busy', currentOrderId: orderId } });
      expect(accepted.body).not.toHaveProperty('offer');
      expect((await answer(userId, orderId, 'accept')).status).toBe(200);
      await assignedTo(id, orderId);
      expect((await answer(userId, orderId, 'decline')).status).toBe(409);
    });

    it('offers a declined order to the next best, and not to who declined it', async () => {
      const first = await lab.driver(100);
      const second = await lab.driver(200);
      const orderId = newId();
      await lab.publish('order.confirmed', orderId);
      await offeredTo(first.userId, orderId);
      expect((await answer(first.userId, orderId, 'decline')).status).toBe(204);
      expect((await answer(first.userId, orderId, 'decline')).status).toBe(204);
      await offeredTo(second.userId, orderId);
      expect(await me(first.userId)).toMatchObject({ status: 'available' });
      expect((await answer(first.userId, orderId, 'accept')).status).toBe(409);
      expect((await answer(second.userId, orderId, 'accept')).status).toBe(200);
      await assignedTo(second.id, orderId);
    });

    it('withdraws an offer that nobody answers, and makes it to who comes on duty later', async () => {
      lab.knobs.set({ 'assignment.acceptTimeoutMs': 200 });
      const silent = await lab.driver(100);
      const orderId = newId();
      await lab.publish('order.confirmed', orderId);
      await eventually(async () => {
        const search = await lab.database.collection('searches').findOne({ _id: new Types.ObjectId(orderId) });
        expect(search?.['declinedBy']).toEqual([silent.id]);
      });
      await eventually(async () => expect(await me(silent.userId)).toMatchObject({ status: 'available' }));
      expect((await answer(silent.userId, orderId, 'accept')).status).toBe(409);
      lab.knobs.set({ 'assignment.acceptTimeoutMs': 60_000 });
      const late = await lab.driver(200);
      await offeredTo(late.userId, orderId);
      expect((await answer(late.userId, orderId, 'accept')).status).toBe(200);
      await assignedTo(late.id, orderId);
    });

    it('frees the driver and ends the search when the order is cancelled meanwhile', async () => {
      const { userId } = await lab.driver(100);
      const orderId = newId();
      await lab.publish('order.confirmed', orderId);
      await offeredTo(userId, orderId);
      await lab.publish('order.cancelled', orderId);
      await eventually(async () => expect(await me(userId)).toMatchObject({ status: 'available' }));
      await eventually(async () => expect(await lab.database.collection('searches').countDocuments()).toBe(0));
      expect((await answer(userId, orderId, 'accept')).status).toBe(404);
      expect(lab.assigned).toEqual([]);
    });

    it.each(['accept', 'decline'] as const)('%s is for the driver who has the offer', async (how) => {
      const { userId } = await lab.driver(100);
      const path = `/api/drivers/me/offers/${newId()}/${how}`;
      expect((await answer(userId, newId(), how)).status).toBe(404);
      expect((await answer(newId(), newId(), how)).status).toBe(404);
      expect((await answer(userId, 'x', how)).status).toBe(400);
      expect((await lab.call('POST', path)).status).toBe(401);
      expect((await lab.call('POST', path, { as: { userId, role: 'customer' } })).status).toBe(403);
    });
  });
});
