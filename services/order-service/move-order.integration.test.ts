import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@quickbite/shared/testing';
import { newCase, orderOf, somebody, someId } from './testing/orders.js';
import type { AnsweredOrder } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('moving orders on', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  const eventTypes = (orderId: string): string[] =>
    service.events
      .filter(({ type, data }) => type !== 'driver.assigned' && 'orderId' in data && data.orderId === orderId)
      .map(({ type }) => type);

  async function paidOrder() {
    const orderCase = newCase(service);
    const { id } = orderOf(await orderCase.place());
    expect((await orderCase.pay(id)).status).toBe(200);
    return { ...orderCase, id };
  }

  /** What driver-service publishes when it has found one. */
  async function assign(orderId: string, customer: Identity, driver: Identity, driverId = someId()): Promise<string> {
    await service.broker.publish(
      createEvent('driver.assigned', {
        orderId,
        driverId,
        driverUserId: driver.userId,
        customerId: customer.userId,
        distanceMeters: 420,
      }),
    );
    return driverId;
  }

  const processedMessages = async (outcome: string): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${service.port}/metrics`);
    const line = new RegExp(`^messages_total\\{.*order-service\\.drivers.*outcome="${outcome}".*\\} (\\d+)$`, 'm');
    return Number(line.exec(await answer.text())?.[1] ?? '0');
  };

  it('is cooked before it is paid when nothing asks for the state machine', async () => {
    const { place, move, owner } = newCase(service);
    const { id, version } = orderOf(await place());
    expect((await move(id, 'PREPARING', version, owner)).status).toBe(409);
    await service.setKnobs({ 'orders.stateMachine': false });
    try {
      const moved = await move(id, 'PREPARING', version, owner);
      expect(moved.body).toMatchObject({ status: 'PREPARING', version: version + 1 });
    } finally {
      await service.setKnobs({ 'orders.stateMachine': true });
    }
  });

  it('goes from the kitchen to the door, with an event for each step', async () => {
    const { id, owner, customer, move, read } = await paidOrder();
    const driver = somebody('driver');
    const driverId = await assign(id, customer, driver);
    let order: AnsweredOrder = await eventually(async () => {
      const found = await read(id);
      expect(found).toMatchObject({ driverId, driverUserId: driver.userId, version: 3 });
      return found;
    });
    for (const [to, by] of [
      ['PREPARING', owner],
      ['READY', owner],
      ['OUT_FOR_DELIVERY', driver],
      ['DELIVERED', driver],
    ] as const) {
      const answer = await move(id, to, order.version, by);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ status: to, version: order.version + 1 });
      order = orderOf(answer);
    }
    expect(order.history).toMatchObject([
      { to: 'PENDING' },
      { from: 'PENDING', to: 'CONFIRMED', by: customer.userId },
      { from: 'CONFIRMED', to: 'PREPARING', by: owner.userId },
      { from: 'PREPARING', to: 'READY', by: owner.userId },
      { from: 'READY', to: 'OUT_FOR_DELIVERY', by: driver.userId },
      { from: 'OUT_FOR_DELIVERY', to: 'DELIVERED', by: driver.userId },
    ]);
    const types = ['created', 'confirmed', 'preparing', 'ready', 'out_for_delivery', 'delivered'];
    await eventually(() => expect(eventTypes(id)).toEqual(types.map((type) => `order.${type}`)));
    expect(service.events.at(-1)?.data).toMatchObject({ orderId: id, driverId, orderVersion: 7, status: 'DELIVERED' });
    const list = await service.call('GET', '/api/orders', { as: driver });
    expect(list.body).toMatchObject({ total: 1, items: [{ id }] });
  });

  it('refuses an old version with the present one, and changes nothing', async () => {
    const { id, owner, move, read } = await paidOrder();
    const answer = await move(id, 'PREPARING', 1, owner);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      ...problem('conflict'),
      detail: expect.stringMatching(/CONFIRMED at version 2.*based on version 1/) as string,
    });
    expect(await read(id)).toMatchObject({ status: 'CONFIRMED', version: 2 });
  });

  it('lets one of several simultaneous changes win', async () => {
    const { id, owner, customer, move, read } = await paidOrder();
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => move(id, 'PREPARING', 2, owner)),
      ...Array.from({ length: 4 }, () => move(id, 'CANCELLED', 2, customer)),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    const order = await read(id);
    expect(order.version).toBe(3);
    expect(order.history).toHaveLength(3);
  });

  it('refuses a step that does not follow, and says what does', async () => {
    const { id, owner, move } = await paidOrder();
    const answer = await move(id, 'READY', 2, owner);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('PREPARING') as string });
  });

  it('lets customer and owner cancel until the end, and nobody move it afterwards', async () => {
    const { id, owner, customer, move } = await paidOrder();
    expect((await move(id, 'CANCELLED', 2, customer)).status).toBe(200);
    expect((await move(id, 'PREPARING', 3, owner)).status).toBe(409);
    expect((await move(id, 'CANCELLED', 3, owner)).status).toBe(409);
    await eventually(() => expect(eventTypes(id)).toEqual(['order.created', 'order.confirmed', 'order.cancelled']));
  });

  it('lets nobody take a step that is not his', async () => {
    const { id, owner, customer, move } = await paidOrder();
    const driver = somebody('driver');
    const body = { to: 'PREPARING', version: 2 };
    expect((await service.call('POST', `/api/orders/${id}/transitions`, { body })).status).toBe(401);
    for (const [to, by, status] of [
      ['PREPARING', customer, 403],
      ['OUT_FOR_DELIVERY', owner, 403],
      ['PREPARING', somebody('restaurant_owner'), 404],
      ['CANCELLED', somebody('customer'), 404],
      ['OUT_FOR_DELIVERY', driver, 404],
    ] as const)
      expect((await move(id, to, 2, by)).status, `${to} by ${by.role}`).toBe(status);
  });

  it('lets only the assigned driver deliver', async () => {
    const { id, owner, customer, move, read } = await paidOrder();
    await move(id, 'PREPARING', 2, owner);
    await move(id, 'READY', 3, owner);
    const driver = somebody('driver');
    await assign(id, customer, driver);
    await eventually(async () => expect(await read(id)).toHaveProperty('driverUserId', driver.userId));
    expect((await move(id, 'OUT_FOR_DELIVERY', 5, somebody('driver'))).status).toBe(404);
    expect((await move(id, 'CANCELLED', 5, driver)).status).toBe(403);
    expect((await move(id, 'OUT_FOR_DELIVERY', 5, driver)).status).toBe(200);
  });

  it('refuses states that only a payment reaches, and malformed requests', async () => {
    const { id, owner, move } = await paidOrder();
    for (const to of ['CONFIRMED', 'PAYMENT_FAILED', 'PENDING', 'EATEN'])
      expect((await move(id, to, 2, owner)).status).toBe(400);
    expect((await move(id, 'PREPARING', 0, owner)).status).toBe(400);
    expect((await move(someId(), 'PREPARING', 1, owner)).status).toBe(404);
  });

  describe('driver.assigned', () => {
    it('is written once, however often it is delivered', async () => {
      const { id, customer, read } = await paidOrder();
      const driver = somebody('driver');
      const duplicates = await processedMessages('duplicate');
      const driverId = await assign(id, customer, driver);
      await eventually(async () => expect(await read(id)).toHaveProperty('driverId', driverId));
      await assign(id, customer, driver, driverId);
      await eventually(async () => expect(await processedMessages('duplicate')).toBe(duplicates + 1));
      expect(await read(id)).toMatchObject({ driverId, version: 3 });
    });

    it('does not replace the driver that an order has, and does not wake a cancelled one', async () => {
      const { id, customer, read, move } = await paidOrder();
      const first = await assign(id, customer, somebody('driver'));
      await eventually(async () => expect(await read(id)).toHaveProperty('driverId', first));
      const cancelled = await paidOrder();
      await cancelled.move(cancelled.id, 'CANCELLED', 2, cancelled.customer);
      const processed = await processedMessages('processed');
      await assign(id, customer, somebody('driver'));
      await assign(cancelled.id, cancelled.customer, somebody('driver'));
      await eventually(async () => expect(await processedMessages('processed')).toBe(processed + 2));
      expect(await read(id)).toMatchObject({ driverId: first, version: 3 });
      expect(await cancelled.read(cancelled.id)).toMatchObject({ status: 'CANCELLED', version: 3 });
      expect((await move(id, 'CANCELLED', 3, customer)).status).toBe(200);
    });

    it('gives way to changes of the same moment, and none of them is lost', async () => {
      const { owner, customer, ...first } = await paidOrder();
      const orders = [first.id];
      for (let n = 0; n < 7; n += 1) {
        const placed = orderOf(await first.place());
        await first.pay(placed.id);
        orders.push(placed.id);
      }
      const drivers = new Map(orders.map((id) => [id, somebody('driver')]));
      const answers = await Promise.all(
        orders.map(async (id) => {
          const assigning = assign(id, customer, drivers.get(id) ?? owner);
          const answer = await first.move(id, 'PREPARING', 2, owner);
          await assigning;
          return answer;
        }),
      );
      for (const [n, id] of orders.entries())
        await eventually(async () => {
          const order = await first.read(id);
          expect(order).toHaveProperty('driverUserId', drivers.get(id)?.userId);
          // Either the step won and the driver came second, or the driver did and the step was refused.
          expect(order.status).toBe(answers[n]?.status === 200 ? 'PREPARING' : 'CONFIRMED');
          expect(order.version).toBe(answers[n]?.status === 200 ? 4 : 3);
        });
    });
  });

  describe('while the broker is away', () => {
    it('keeps taking orders, and publishes their events in order when it is back', async () => {
      const { place, pay } = newCase(service);
      await service.amqp.kill();
      const { id } = orderOf(await place());
      expect((await pay(id)).status).toBe(200);
      const ready = await service.call('GET', '/health/ready');
      expect(ready.status).toBe(503);
      await service.amqp.restart();
      await eventually(() => expect([...new Set(eventTypes(id))]).toEqual(['order.created', 'order.confirmed']));
      await eventually(async () => expect((await service.call('GET', '/health/ready')).status).toBe(200));
    });
  });
});
