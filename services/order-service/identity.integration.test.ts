import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const VICTIM = 'a'.repeat(24);
const bare = { 'x-user-id': VICTIM, 'x-user-role': 'customer' };

let service: OrderServiceUnderTest;
beforeAll(async () => {
  service = await startOrderService();
});
afterAll(() => service.stop());
beforeEach(() => service.setKnobs({ 'identity.signed': true }));

const readAs = async (headers: Record<string, string>): Promise<number> =>
  (await service.call('GET', '/api/orders', { headers })).status;

it('does not believe a bare user id', async () => {
  expect(await readAs(bare)).toBe(401);
});

it('believes a bare user id when a lesson asks for it, and still the signed identity of everybody else', async () => {
  await service.setKnobs({ 'identity.signed': false });
  expect(await readAs(bare)).toBe(200);
  expect(await readAs({ ...bare, 'x-user-role': 'admin' })).toBe(403);
  expect(await readAs({ 'x-quickbite-identity': 'forged' })).toBe(401);
  expect(await readAs({})).toBe(401);
  const signed = await service.call('GET', '/api/orders', { as: { userId: VICTIM, role: 'customer' } });
  expect(signed.status).toBe(200);
});
