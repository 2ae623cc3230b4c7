import { eventually } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCase, orderOf } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

describe('order-service without its database', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  const outages = {
    'is dead': { harm: () => service.mongo.kill(), heal: () => service.mongo.restart() },
    hangs: { harm: () => service.mongo.pause(), heal: () => service.mongo.resume() },
  } as const;

  it.each(['is dead', 'hangs'] as const)(
    'answers 503 when it %s, is not ready but alive, and comes back',
    async (how) => {
      const { harm, heal } = outages[how];
      const { place, customer } = newCase(service);
      const { id } = orderOf(await place());
      const read = (): ReturnType<typeof service.call> => service.call('GET', `/api/orders/${id}`, { as: customer });
      await harm();
      try {
        const answer = await read();
        expect(answer.status).toBe(503);
        expect(answer.body).toMatchObject({ type: 'https://quickbite.dev/problems/not-ready' });
        expect(answer.headers.get('retry-after')).toBe('1');
        expect((await service.call('GET', '/health/ready')).status).toBe(503);
        expect((await service.call('GET', '/health/live')).status).toBe(200);
      } finally {
        await heal();
      }
      await eventually(async () => expect((await read()).status).toBe(200), { withinMs: 20_000 });
      await eventually(async () => expect((await service.call('GET', '/health/ready')).status).toBe(200));
    },
  );
});
