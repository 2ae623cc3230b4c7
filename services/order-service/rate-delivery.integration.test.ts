import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '@quickbite/shared/identity';
import { eventually } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { orderAt } from './testing/order-at.js';
import { somebody, someId } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('rating a delivery', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  const rate = (id: string, as: Identity, body: unknown): Promise<ServiceAnswer> =>
    service.call('POST', `/api/orders/${id}/rating`, { as, body });
  const ratings = (orderId: string) =>
    service.events.filter(
      ({ type, data }) => type === 'delivery.rated' && 'orderId' in data && data.orderId === orderId,
    );

  it('is shown with the order, and told to whom it concerns', async () => {
    const { id, customer, driver, driverId, read } = await orderAt(service, 'DELIVERED');
    const answer = await rate(id, customer, { stars: 4, comment: ' Still warm. ' });
    expect(answer.status).toBe(201);
    const rating = { stars: 4, comment: 'Still warm.', at: expect.any(String) as string };
    expect(answer.body).toMatchObject({ id, status: 'DELIVERED', rating });
    expect(await read(id)).toMatchObject({ rating });
    await eventually(() => expect(ratings(id)).toHaveLength(1));
    expect(ratings(id)[0]?.data).toEqual({
      orderId: id,
      driverId,
      driverUserId: driver.userId,
      customerId: customer.userId,
      stars: 4,
    });
  });

  it('counts once: repeated it changes nothing, and another is refused', async () => {
    const { id, customer, read } = await orderAt(service, 'DELIVERED');
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => rate(id, customer, { stars: 1 + (n % 2) })));
    const created = answers.filter(({ status }) => status === 201);
    expect(created).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    expect(await read(id)).toEqual(created[0]?.body);
    await eventually(() => expect(ratings(id)).toHaveLength(1));
    expect((await rate(id, customer, { stars: 3 })).body).toMatchObject(problem('conflict'));
    expect(ratings(id)).toHaveLength(1);
  });

  it('has to wait for the delivery', async () => {
    const { id, customer } = await orderAt(service, 'OUT_FOR_DELIVERY');
    const answer = await rate(id, customer, { stars: 5 });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('OUT_FOR_DELIVERY') as string });
  });

  it('is the customer’s, and 1 to 5 stars', async () => {
    const { id, customer, owner, driver } = await orderAt(service, 'DELIVERED');
    for (const as of [owner, driver]) expect((await rate(id, as, { stars: 5 })).status).toBe(403);
    expect((await rate(id, somebody('customer'), { stars: 5 })).status).toBe(404);
    expect((await rate(someId(), customer, { stars: 5 })).status).toBe(404);
    for (const body of [{}, { stars: 0 }, { stars: 6 }, { stars: 4.5 }, { stars: '5' }, { stars: 5, comment: '' }])
      expect((await rate(id, customer, body)).status, JSON.stringify(body)).toBe(400);
    expect((await rate(id, customer, { stars: 5, comment: 'x'.repeat(501) })).status).toBe(400);
    expect((await rate(id, customer, { stars: 5, driverId: someId() })).status).toBe(400);
  });
});
