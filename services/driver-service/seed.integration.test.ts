import { eventually } from '@quickbite/shared/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

let lab: TestService;
beforeAll(async () => {
  lab = await startTestService();
});
afterAll(() => lab.stop());

/** How many drivers count as supply, over all cells. */
async function supply(): Promise<number> {
  const keys = await lab.redis.keys('surge:supply:*');
  const counts = await Promise.all(keys.map((key) => lab.redis.zcard(key)));
  return counts.reduce((sum, count) => sum + count, 0);
}

it('counts the seeded drivers who are available as supply, each once, and again with the next seed', async () => {
  expect((await lab.seed()).status).toBe(200);
  const available = await lab.database.collection('drivers').countDocuments({ status: 'available' });
  expect(available).toBeGreaterThan(10);
  await eventually(async () => expect(await supply()).toBe(available));
  await lab.redis.flushall();
  await lab.seed();
  await eventually(async () => expect(await supply()).toBe(available));
});
