import { eventually } from '@quickbite/shared/testing';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

/** Times that the race is run: without the atomic claim it is lost in most of them. */
const ROUNDS = 40;

describe('two orders that want the only driver at the same moment', () => {
  let lab: TestService;
  let driver: { readonly id: string; readonly userId: string };
  beforeAll(async () => {
    lab = await startTestService();
    driver = await lab.driver(100);
  });
  afterAll(() => lab.stop());

  /** @returns the orders that were given to the driver, once both have had their turn */
  async function race(): Promise<readonly string[]> {
    const orders = [newId(), newId()];
    const before = { processed: await lab.handled('processed'), retried: await lab.handled('retried') };
    await Promise.all(orders.map((orderId) => lab.publish('order.confirmed', orderId)));
    await eventually(async () => {
      const processed = (await lab.handled('processed')) - before.processed;
      const retried = (await lab.handled('retried')) - before.retried;
      expect(processed).toBeGreaterThanOrEqual(1);
      expect(processed + retried).toBeGreaterThanOrEqual(2);
      expect(lab.assigned.filter(({ data }) => orders.includes(data.orderId))).toHaveLength(processed);
    });
    const assigned = lab.assigned.filter(({ data }) => orders.includes(data.orderId));
    expect(new Set(assigned.map(({ data }) => data.driverId))).toEqual(new Set([driver.id]));
    const given = assigned.map(({ data }) => data.orderId);
    // The one that waits first, or it would get the driver as soon as the other gives them back.
    const waiting = orders.filter((orderId) => !given.includes(orderId));
    for (const orderId of [...waiting, ...given]) {
      await lab.publish('order.cancelled', orderId);
      const closed = { _id: new Types.ObjectId(orderId) };
      await eventually(async () =>
        expect(await lab.database.collection('closed_orders').countDocuments(closed)).toBe(1),
      );
    }
    await eventually(async () => expect(await lab.stored(driver.userId)).toMatchObject({ status: 'available' }));
    await eventually(async () => expect(await lab.handled('processed')).toBe(before.processed + given.length + 2));
    return given;
  }

  it('never both get it', async () => {
    for (let round = 0; round < ROUNDS / 4; round += 1) expect(await race()).toHaveLength(1);
  });

  it('both get it where reading and writing are two steps', async () => {
    lab.knobs.set({ 'assignment.atomicClaim': false });
    for (let round = 0; round < ROUNDS; round += 1) if ((await race()).length === 2) return;
    throw new Error(`expected one driver to get two orders in one of ${ROUNDS} races`);
  });
});
