import { connectBroker, createEvent } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import { IDENTITY_HEADER, signIdentity } from '@quickbite/shared/identity';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import type { RunningService } from '@quickbite/shared/service';
import { eventually, startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notificationKnobs } from './knobs.js';
import { start } from './start.js';

const SECRET = 'an identity secret for the tests only';
const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;
const newId = (): string => new Types.ObjectId().toHexString();

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly userId: string;
    readonly type: string;
    readonly createdAt: string;
  }[];
  readonly total: number;
}

describe('notification-service', () => {
  let mongo: StartedEngine;
  let amqp: StartedEngine;
  let env: NodeJS.ProcessEnv;
  let service: RunningService;
  let broker: Broker;
  const ready = (port: number) =>
    eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200));

  beforeAll(async () => {
    [mongo, amqp] = await Promise.all([startEngine('mongo'), startEngine('amqp')]);
    const MONGO_URL = `mongodb://127.0.0.1:${mongo.port}/notification_service`;
    const AMQP_URL = `amqp://guest:guest@127.0.0.1:${amqp.port}`;
    env = { PORT: '0', LOG_LEVEL: 'error', IDENTITY_SECRET: SECRET, MONGO_URL, AMQP_URL };
    service = await start({ env, knobs: createKnobs(notificationKnobs) });
    broker = connectBroker({ url: AMQP_URL, service: 'test', logger });
    await eventually(() => broker.readiness.check());
    await ready(service.port);
  });
  afterAll(async () => {
    await service.close();
    await broker.close();
    await Promise.all([mongo.stop(), amqp.stop()]);
  });

  async function get(path: string, userId?: string, port = service.port) {
    const headers =
      userId === undefined ? {} : { [IDENTITY_HEADER]: signIdentity({ userId, role: 'customer' }, SECRET) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Listed };
  }
  const orderEvent = (
    type: 'order.created' | 'order.confirmed' | 'order.delivered',
    customerId: string,
    { orderId = newId(), ownerId = newId() } = {},
  ): EventEnvelope =>
    createEvent<typeof type>(type, {
      orderId,
      orderVersion: 1,
      customerId,
      restaurantId: newId(),
      restaurantName: 'Soup',
      restaurantOwnerId: ownerId,
      restaurantLocation: { type: 'Point', coordinates: [13.4, 52.5] },
      deliveryLocation: { type: 'Point', coordinates: [13.41, 52.5] },
      total: { amount: 1299, currency: 'EUR' },
      status: 'PENDING',
    });
  async function handled(outcome: string, port = service.port): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const line = new RegExp(`^messages_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text);
    return Number(line?.[1] ?? 0);
  }

  it('tells customer and owner of a confirmed order, each of their own', async () => {
    const [customer, owner] = [newId(), newId()];
    await broker.publish(orderEvent('order.confirmed', customer, { ownerId: owner }));
    await eventually(async () => expect((await get('/api/notifications', owner)).body.total).toBe(1));
    const own = await get('/api/notifications', customer);
    expect(own.status).toBe(200);
    expect(own.body).toMatchObject({
      items: [{ userId: customer, type: 'order.confirmed', title: 'Order confirmed', channel: 'in_app' }],
      page: 1,
      limit: 20,
      total: 1,
    });
    expect(own.body.items[0]).not.toHaveProperty('eventId');
  });

  it('records an event once although it is delivered many times, to two instances', async () => {
    const second = await start({ env, knobs: createKnobs(notificationKnobs) });
    await ready(second.port);
    const customer = newId();
    const event = orderEvent('order.created', customer);
    const duplicates = async (): Promise<number> =>
      (await handled('duplicate')) + (await handled('duplicate', second.port));
    const before = await duplicates();
    await Promise.all(Array.from({ length: 20 }, () => broker.publish(event)));
    await eventually(async () => expect(await duplicates()).toBe(before + 19));
    expect((await get('/api/notifications', customer)).body.total).toBe(1);
    await second.close();
  });

  it('tells of a driver both the customer and the driver', async () => {
    const [customerId, driverUserId, orderId] = [newId(), newId(), newId()];
    await broker.publish(
      createEvent('driver.assigned', { orderId, driverId: newId(), driverUserId, customerId, distanceMeters: 850 }),
    );
    for (const userId of [customerId, driverUserId])
      await eventually(async () =>
        expect((await get('/api/notifications', userId)).body.items).toMatchObject([
          { type: 'driver.assigned', data: { orderId } },
        ]),
      );
  });

  it('lists the newest first, in pages, and those of one order on demand', async () => {
    const [customer, orderId] = [newId(), newId()];
    for (const [index, type] of (['order.created', 'order.confirmed', 'order.delivered'] as const).entries()) {
      await broker.publish(orderEvent(type, customer, { orderId }));
      await eventually(async () => expect((await get('/api/notifications', customer)).body.total).toBe(index + 1));
    }
    await broker.publish(orderEvent('order.created', customer));
    await eventually(async () => expect((await get('/api/notifications', customer)).body.total).toBe(4));

    const all = await get('/api/notifications', customer);
    expect(all.body.items.map(({ type }) => type)).toEqual([
      'order.created',
      'order.delivered',
      'order.confirmed',
      'order.created',
    ]);
    const page = await get('/api/notifications?page=2&limit=3', customer);
    expect(page.body).toMatchObject({ page: 2, limit: 3, total: 4 });
    expect(page.body.items.map(({ id }) => id)).toEqual([all.body.items[3]?.id]);
    const ofOrder = await get(`/api/notifications?orderId=${orderId}`, customer);
    expect(ofOrder.body.total).toBe(3);
    expect((await get(`/api/notifications?orderId=${orderId}`, newId())).body.total).toBe(0);
  });

  it.each(['limit=0', 'limit=101', 'page=x', 'orderId=1', 'orderId[$ne]=1', 'userId=aaaaaaaaaaaaaaaaaaaaaaaa'])(
    'refuses "?%s"',
    async (query) => expect((await get(`/api/notifications?${query}`, newId())).status).toBe(400),
  );

  it('needs an account', async () => {
    expect((await get('/api/notifications')).status).toBe(401);
  });

  it('loses no event that comes while it is stopped', async () => {
    await service.close();
    const customer = newId();
    await broker.publish(orderEvent('order.created', customer));
    service = await start({ env, knobs: createKnobs(notificationKnobs) });
    await eventually(async () => expect((await get('/api/notifications', customer)).body.total).toBe(1));
  });

  it('turns unready while the database is away, and serves when it is back', async () => {
    await mongo.kill();
    await eventually(async () =>
      expect((await fetch(`http://127.0.0.1:${service.port}/health/ready`)).status).toBe(503),
    );
    expect((await fetch(`http://127.0.0.1:${service.port}/health/live`)).status).toBe(200);
    const customer = newId();
    await broker.publish(orderEvent('order.created', customer));
    await mongo.restart();
    await ready(service.port);
    await eventually(async () => expect((await get('/api/notifications', customer)).body.total).toBe(1));
  });
});
