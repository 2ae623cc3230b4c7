import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, startTestService } from './testing/start-test-service.js';
import type { TestService } from './testing/start-test-service.js';

let lab: TestService;
beforeAll(async () => {
  lab = await startTestService();
}, 60_000);
afterAll(() => lab.stop());
beforeEach(() => lab.reset());

interface Near {
  readonly items: readonly { readonly id: string; readonly distance: number }[];
}

describe('the nearest drivers', () => {
  it.each([
    ['with the geospatial index, which is all that is read', true, 'GEO_NEAR'],
    ['by reading everybody', false, 'COLLSCAN'],
  ])('are found %s', async (_how, byIndex, plan) => {
    lab.knobs.set({ 'search.byIndex': byIndex });
    const far = await lab.driver(900);
    const near = await lab.driver(100);
    await lab.driver(6000);
    await lab.driver(50, { status: 'offline' });
    const profiling = lab.database.collection('system.profile');
    await lab.database.db?.command({ profile: 2 });
    const as = { userId: newId(), role: 'customer' } as const;
    const { body } = await lab.call('GET', '/api/drivers/nearby?lng=13.4&lat=52.5', { as });
    await lab.database.db?.command({ profile: 0 });
    const { items } = body as Near;
    expect(items.map(({ id }) => id)).toEqual([near.id, far.id]);
    expect(items.map(({ distance }) => Math.round(distance / 10))).toEqual([10, 90]);
    const searches = await profiling
      // The relay looks into the outbox meanwhile: only what asks for available drivers is a search.
      .find({ $or: [{ 'command.pipeline.0.$geoNear': { $exists: true } }, { 'command.filter.status': 'available' }] })
      .toArray();
    expect(searches.at(-1)?.['planSummary']).toContain(plan);
  });
});
