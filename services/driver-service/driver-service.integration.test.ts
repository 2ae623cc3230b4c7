import { connectBroker, createEvent, isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, EventEnvelope } from '@quickbite/shared/events';
import { IDENTITY_HEADER, signIdentity } from '@quickbite/shared/identity';
import type { Role } from '@quickbite/shared/identity';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { RunningService } from '@quickbite/shared/service';
import { eventually, startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { Types, createConnection } from 'mongoose';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driverKnobs } from './knobs.js';
import { start } from './start.js';

type OrderEventType = 'order.confirmed' | 'order.delivered' | 'order.cancelled';

const SECRET = 'an identity secret for the tests only';
const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

/** The restaurant. A thousandth of a degree of latitude is 111 m. */
const [LNG, LAT] = [13.4, 52.5] as const;
const at = (north: number) =>
  ({ type: 'Point', coordinates: [LNG, LAT + north / 111_195] as [number, number] }) as const;
/** Matches documents with events that are not published yet. */
const waiting = { 'outbox.id': { $gte: '' } };
const newId = (): string => new Types.ObjectId().toHexString();

describe('driver-service', () => {
  let mongo: StartedEngine;
  let amqp: StartedEngine;
  let redis: StartedEngine;
  let service: RunningService;
  let database: Connection;
  let broker: Broker;
  const assigned: EventEnvelope<'driver.assigned'>[] = [];

  beforeAll(async () => {
    [mongo, amqp, redis] = await Promise.all([startEngine('mongo'), startEngine('amqp'), startEngine('redis')]);
    const MONGO_URL = `mongodb://127.0.0.1:${mongo.port}/driver_service`;
    const AMQP_URL = `amqp://guest:guest@127.0.0.1:${amqp.port}`;
    const REDIS_URL = `redis://127.0.0.1:${redis.port}`;
    const given = { PORT: '0', LOG_LEVEL: 'error', IDENTITY_SECRET: SECRET, QUICKBITE_VALIDATE_ANSWERS: 'true' };
    const env = { ...given, MONGO_URL, AMQP_URL, REDIS_URL };
    service = await start({ env, knobs: createKnobs(driverKnobs) });
    database = await createConnection(MONGO_URL).asPromise();
    broker = connectBroker({ url: AMQP_URL, service: 'test', logger });
    await startConsumer(broker, {
      queue: 'test.assigned',
      bindings: ['driver.assigned'],
      logger,
      metrics: createMetrics('test'),
      handle: (event) => {
        if (isEvent(event, 'driver.assigned')) assigned.push(event);
        return Promise.resolve('processed');
      },
    });
    await eventually(() => broker.readiness.check());
    await eventually(async () => expect((await fetch(url('/health/ready'))).status).toBe(200));
  });
  beforeEach(async () => {
    await database.collection('drivers').deleteMany({});
    await database.collection('closed_orders').deleteMany({});
    assigned.length = 0;
  });
  afterAll(async () => {
    await service.close();
    await broker.close();
    await database.close();
    await Promise.all([mongo.stop(), amqp.stop(), redis.stop()]);
  });

  const url = (path: string): string => `http://127.0.0.1:${service.port}${path}`;
  const as = (userId: string, role: Role = 'driver') => ({ [IDENTITY_HEADER]: signIdentity({ userId, role }, SECRET) });
  const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await fetch(url(path), {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const profile = (north = 100, status = 'available') => ({ vehicle: 'bicycle', location: at(north), status });
  async function newDriver(north: number, status = 'available'): Promise<{ id: string; userId: string }> {
    const userId = newId();
    const { body } = await call('PUT', '/api/drivers/me', as(userId), profile(north, status));
    return { id: String(body['id']), userId };
  }
  const stored = (userId: string) => database.collection('drivers').findOne({ userId: new Types.ObjectId(userId) });
  const orderEvent = (type: OrderEventType, orderId: string): EventEnvelope<OrderEventType> =>
    createEvent<OrderEventType>(type, {
      orderId,
      orderVersion: 2,
      customerId: 'c'.repeat(24),
      restaurantId: newId(),
      restaurantName: 'Soup',
      restaurantOwnerId: newId(),
      restaurantLocation: at(0),
      deliveryLocation: at(500),
      total: { amount: 1299, currency: 'EUR' },
      status: 'CONFIRMED',
    });

  describe('PUT /api/drivers/me', () => {
    it('creates a profile, then updates it', async () => {
      const userId = newId();
      const created = await call('PUT', '/api/drivers/me', as(userId), profile());
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({ userId, vehicle: 'bicycle', status: 'available', location: at(100) });
      const updated = await call('PUT', '/api/drivers/me', as(userId), { ...profile(200, 'offline'), vehicle: 'car' });
      expect(updated.status).toBe(200);
      expect(updated.body).toMatchObject({
        id: created.body['id'],
        vehicle: 'car',
        status: 'offline',
        location: at(200),
      });
    });

    it('makes one driver of an account that sends its first profile twice at once', async () => {
      const userId = newId();
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => call('PUT', '/api/drivers/me', as(userId), profile())),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
      expect(await database.collection('drivers').countDocuments()).toBe(1);
    });

    it.each([
      ['an unknown field', { ...profile(), currentOrderId: newId() }],
      ['a status that only an order gives', profile(100, 'busy')],
      ['a latitude beyond the pole', { ...profile(), location: { type: 'Point', coordinates: [13, 91] } }],
      ['a query operator instead of a value', { ...profile(), vehicle: { $ne: 'car' } }],
      ['a missing location', { vehicle: 'car', status: 'offline' }],
    ])('refuses %s', async (_what, body) => {
      const answer = await call('PUT', '/api/drivers/me', as(newId()), body);
      expect(answer.status).toBe(400);
      expect(answer.body['type']).toBe('https://quickbite.dev/problems/invalid-request');
    });

    it('is for drivers who are signed in', async () => {
      expect((await call('PUT', '/api/drivers/me', {}, profile())).status).toBe(401);
      expect((await call('PUT', '/api/drivers/me', { 'x-user-id': newId() }, profile())).status).toBe(401);
      expect((await call('PUT', '/api/drivers/me', as(newId(), 'customer'), profile())).status).toBe(403);
    });

    it('keeps a driver with an order busy, and does not let them go offline', async () => {
      const { userId } = await newDriver(100);
      await broker.publish(orderEvent('order.confirmed', newId()));
      await eventually(async () => expect(await stored(userId)).toMatchObject({ status: 'busy' }));
      const offline = await call('PUT', '/api/drivers/me', as(userId), profile(100, 'offline'));
      expect(offline.status).toBe(409);
      const available = await call('PUT', '/api/drivers/me', as(userId), profile(300));
      expect(available).toMatchObject({ status: 200, body: { status: 'busy', location: at(300) } });
    });
  });

  describe('PUT /api/drivers/me/location', () => {
    it('answers 404 without a profile, 400 without a point, 401 and 403 without the right', async () => {
      const path = '/api/drivers/me/location';
      expect((await call('PUT', path, as(newId()), { location: at(1) })).status).toBe(404);
      expect((await call('PUT', path, as(newId()), { location: 'here' })).status).toBe(400);
      expect((await call('PUT', path, as(newId()), { location: at(1), userId: newId() })).status).toBe(400);
      expect((await call('PUT', path, {}, { location: at(1) })).status).toBe(401);
      expect((await call('PUT', path, as(newId(), 'customer'), { location: at(1) })).status).toBe(403);
    });
  });

  describe('GET /api/drivers/me', () => {
    it('answers the profile with what the driver carries and has delivered', async () => {
      const { userId } = await newDriver(100);
      expect(await call('GET', '/api/drivers/me', as(userId))).toMatchObject({
        status: 200,
        body: { userId, status: 'available', metrics: { rating: 5, deliveriesToday: 0, totalDeliveries: 0 } },
      });
      const orderId = newId();
      await broker.publish(orderEvent('order.confirmed', orderId));
      await eventually(async () =>
        expect((await call('GET', '/api/drivers/me', as(userId))).body).toMatchObject({ currentOrderId: orderId }),
      );
    });

    it('answers 404 without a profile, 401 without an account, 403 to others', async () => {
      expect((await call('GET', '/api/drivers/me', as(newId()))).status).toBe(404);
      expect((await call('GET', '/api/drivers/me', {})).status).toBe(401);
      expect((await call('GET', '/api/drivers/me', as(newId(), 'restaurant_owner'))).status).toBe(403);
    });
  });

  describe('GET /api/drivers/:id', () => {
    it('answers what a customer may see, and nothing else', async () => {
      const userId = newId();
      const { body } = await call('PUT', '/api/drivers/me', as(userId), { ...profile(), name: 'Ada' });
      await call('PUT', '/api/drivers/me', as(userId), profile(200));
      const seen = await call('GET', `/api/drivers/${String(body['id'])}`, as(newId(), 'customer'));
      expect(seen).toMatchObject({
        status: 200,
        body: { id: body['id'], name: 'Ada', vehicle: 'bicycle', rating: 5, location: at(200) },
      });
      expect(Object.keys(seen.body).sort()).toEqual(['id', 'location', 'name', 'rating', 'updatedAt', 'vehicle']);
    });

    it('answers 404 for nobody, 400 for what is no id, 401 without an account', async () => {
      expect((await call('GET', `/api/drivers/${newId()}`, as(newId(), 'customer'))).status).toBe(404);
      expect((await call('GET', '/api/drivers/x', as(newId(), 'customer'))).status).toBe(400);
      expect((await call('GET', `/api/drivers/${newId()}`, {})).status).toBe(401);
    });
  });

  describe('GET /api/drivers/nearby', () => {
    const nearby = (query: string) => call('GET', `/api/drivers/nearby?${query}`, as(newId(), 'customer'));

    it('lists available drivers within the radius, nearest first, with the distance in metres', async () => {
      const far = await newDriver(3000);
      const near = await newDriver(500);
      await newDriver(100, 'offline');
      await newDriver(6000);
      const { status, body } = await nearby(`lng=${LNG}&lat=${LAT}`);
      expect(status).toBe(200);
      const items = body['items'] as { id: string; distance: number }[];
      expect(items.map(({ id }) => id)).toEqual([near.id, far.id]);
      expect(items.map(({ distance }) => Math.round(distance / 10) * 10)).toEqual([500, 3000]);
      expect(Object.keys(items[0] ?? {}).sort()).toEqual(['distance', 'id', 'location', 'vehicle']);
      expect(await nearby(`lng=${LNG}&lat=${LAT}&radius=1000`)).toMatchObject({ body: { total: 1 } });
    });

    it('lists at most ten', async () => {
      for (let index = 0; index < 12; index += 1) await newDriver(index * 10);
      expect((await nearby(`lng=${LNG}&lat=${LAT}`)).body['items']).toHaveLength(10);
    });

    it.each(['', 'lng=13', 'lng=&lat=', 'lng=200&lat=0', 'lng=13&lat=52&radius=20001', 'lng=13&lat=52&status=busy'])(
      'refuses "?%s"',
      async (query) => expect((await nearby(query)).status).toBe(400),
    );

    it('needs an account', async () => {
      expect((await call('GET', `/api/drivers/nearby?lng=${LNG}&lat=${LAT}`, {})).status).toBe(401);
    });
  });

  describe('a confirmed order', () => {
    it('goes to the nearest available driver, who is told of with the distance', async () => {
      await newDriver(3000);
      await newDriver(50, 'offline');
      const nearest = await newDriver(400);
      const event = orderEvent('order.confirmed', newId());
      await broker.publish(event);
      await eventually(() => expect(assigned).toHaveLength(1));
      const [published] = assigned;
      expect(published?.data).toMatchObject({
        orderId: event.data.orderId,
        driverId: nearest.id,
        driverUserId: nearest.userId,
        customerId: 'c'.repeat(24),
      });
      expect(published?.data.distanceMeters).toBeCloseTo(400, -1);
      expect(published?.correlationId).toBe(event.correlationId);
      await eventually(async () => expect(await stored(nearest.userId)).toMatchObject({ status: 'busy', outbox: [] }));
    });

    it('takes one driver although it is delivered many times at once', async () => {
      for (let index = 0; index < 5; index += 1) await newDriver(index * 100);
      const event = orderEvent('order.confirmed', newId());
      await Promise.all(Array.from({ length: 10 }, () => broker.publish(event)));
      await eventually(async () => expect(await handled('duplicate')).toBeGreaterThanOrEqual(9));
      expect(await database.collection('drivers').countDocuments({ status: 'busy' })).toBe(1);
      await eventually(async () => expect(await database.collection('drivers').countDocuments(waiting)).toBe(0));
      await eventually(() => expect(assigned).toHaveLength(1));
    });

    it('gets a driver of its own although many are confirmed at once', async () => {
      const drivers = await Promise.all(Array.from({ length: 8 }, (_, index) => newDriver(index * 100)));
      const orders = drivers.map(() => orderEvent('order.confirmed', newId()));
      await Promise.all(orders.map((order) => broker.publish(order)));
      await eventually(() => expect(assigned).toHaveLength(8));
      expect(new Set(assigned.map(({ data }) => data.driverId)).size).toBe(8);
      expect(new Set(assigned.map(({ data }) => data.orderId)).size).toBe(8);
    });

    it('waits for a driver when there is none within 5 km', async () => {
      const { userId } = await newDriver(6000);
      const before = await handled('retried');
      await broker.publish(orderEvent('order.confirmed', newId()));
      await eventually(async () => expect(await handled('retried')).toBe(before + 1));
      expect(await stored(userId)).toMatchObject({ status: 'available' });
      await call('PUT', '/api/drivers/me/location', as(userId), { location: at(1000) });
      await eventually(async () => expect(await stored(userId)).toMatchObject({ status: 'busy' }));
    });
  });

  describe('an order that ended', () => {
    it.each(['order.delivered', 'order.cancelled'] as const)('frees its driver on %s', async (ending) => {
      const { userId } = await newDriver(100);
      const orderId = newId();
      await broker.publish(orderEvent('order.confirmed', orderId));
      await eventually(async () => expect(await stored(userId)).toMatchObject({ status: 'busy' }));
      await broker.publish(orderEvent(ending, orderId));
      await eventually(async () => expect(await stored(userId)).toMatchObject({ status: 'available' }));
      expect(await stored(userId)).not.toHaveProperty('currentOrderId');
    });

    it('takes no driver when its confirmation comes afterwards', async () => {
      const { userId } = await newDriver(100);
      const orderId = newId();
      await broker.publish(orderEvent('order.cancelled', orderId));
      await eventually(async () => expect(await database.collection('closed_orders').countDocuments()).toBe(1));
      const before = await handled('duplicate');
      await broker.publish(orderEvent('order.confirmed', orderId));
      await eventually(async () => expect(await handled('duplicate')).toBe(before + 1));
      expect(await stored(userId)).toMatchObject({ status: 'available' });
      expect(assigned).toHaveLength(0);
    });

    it('leaves the next order of its driver alone when the end comes twice', async () => {
      const { userId } = await newDriver(100);
      const [first, second] = [newId(), newId()];
      await broker.publish(orderEvent('order.confirmed', first));
      await eventually(() => expect(assigned).toHaveLength(1));
      await broker.publish(orderEvent('order.delivered', first));
      await eventually(async () => expect(await stored(userId)).toMatchObject({ status: 'available' }));
      await broker.publish(orderEvent('order.confirmed', second));
      await eventually(() => expect(assigned).toHaveLength(2));
      const before = await handled('duplicate');
      await broker.publish(orderEvent('order.delivered', first));
      await eventually(async () => expect(await handled('duplicate')).toBe(before + 1));
      expect(await stored(userId)).toMatchObject({ status: 'busy', currentOrderId: new Types.ObjectId(second) });
    });
  });

  it('keeps an assignment until the broker is back, and publishes it then', async () => {
    const { userId } = await newDriver(100);
    await amqp.kill();
    await eventually(async () => expect((await fetch(url('/health/ready'))).status).toBe(503));
    const event = createEvent('driver.assigned', {
      orderId: newId(),
      driverId: newId(),
      driverUserId: userId,
      customerId: newId(),
      distanceMeters: 100,
    });
    await database
      .collection<{ outbox: unknown[] }>('drivers')
      .updateOne({ userId: new Types.ObjectId(userId) }, { $push: { outbox: event } });
    await amqp.restart();
    await eventually(() => expect(assigned).toEqual([event]));
    await eventually(async () => expect((await stored(userId))?.['outbox']).toEqual([]));
    await eventually(async () => expect((await fetch(url('/health/ready'))).status).toBe(200));
  });

  /** How many messages this service handled with an outcome, from its own metrics. */
  async function handled(outcome: string): Promise<number> {
    const text = await (await fetch(url('/metrics'))).text();
    const line = new RegExp(`^messages_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text);
    return Number(line?.[1] ?? 0);
  }
});
