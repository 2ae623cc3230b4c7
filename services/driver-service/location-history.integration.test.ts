import { eventually } from '@quickbite/shared/testing';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { north, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

let lab: TestService;
beforeAll(async () => {
  lab = await startTestService();
}, 60_000);
afterAll(() => lab.stop());
beforeEach(() => lab.reset());

const inDocument = async (userId: string): Promise<unknown[]> =>
  (await lab.stored(userId))['locationHistory'] as unknown[];
const inCollection = (userId: string) =>
  lab.database
    .collection('location_history')
    .find({ userId: new Types.ObjectId(userId) })
    .sort({ at: 1 })
    .toArray();

async function drive(userId: string, positions: number): Promise<void> {
  for (let step = 1; step <= positions; step += 1) expect((await lab.move(userId, step)).status).toBe(200);
}

describe('past positions', () => {
  it('are all kept in the document of the driver, without an end, when it is to grow', async () => {
    lab.knobs.set({ 'location.coalesce': false, 'location.history': 'growing' });
    const { userId } = await lab.driver(0);
    await drive(userId, 120);
    expect(await inDocument(userId)).toHaveLength(121);
    expect(await inCollection(userId)).toHaveLength(0);
  });

  it('are kept in a collection of their own, and the document stays as it is', async () => {
    lab.knobs.set({ 'location.coalesce': false, 'location.history': 'collection' });
    const { userId } = await lab.driver(0);
    await drive(userId, 20);
    expect(await inDocument(userId)).toHaveLength(1);
    const kept = await inCollection(userId);
    // Two within a millisecond are one interval.
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(await lab.stored(userId)).toMatchObject({ location: north(20) });
  });

  it('are one for each interval there, when they are coalesced', async () => {
    lab.knobs.set({
      ...{ 'location.flushMs': 10, 'location.history': 'collection', 'location.historyIntervalMs': 3_600_000 },
    });
    const { userId } = await lab.driver(0);
    await drive(userId, 1);
    await eventually(async () => expect(await inCollection(userId)).not.toHaveLength(0));
    await drive(userId, 20);
    await eventually(async () => expect(await lab.stored(userId)).toMatchObject({ location: north(20) }));
    // The next hour may begin meanwhile.
    expect((await inCollection(userId)).length).toBeLessThanOrEqual(2);
  });

  it('are forgotten after a day, and found by driver', async () => {
    const indexes = await lab.database.collection('location_history').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { at: 1 }, expireAfterSeconds: 86_400 }));
    expect(indexes).toContainEqual(expect.objectContaining({ key: { userId: 1, at: -1 } }));
  });
});
