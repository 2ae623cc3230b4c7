import { connectMongo } from '@quickbite/shared/database';
import { createLogger } from '@quickbite/shared/logging';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOrderRepository } from '../data-access/mongo-order-repository.js';
import { createOrderModel } from '../data-access/order-model.js';
import { eur, someId } from '../testing/orders.js';
import { assignDriver } from './assign-driver.js';
import { moveOrder } from './move-order.js';
import type { Order } from './order.js';
import { orderEvent } from './order-events.js';
import type { OrderRepository } from './order-repository.js';
import type { OrderStatus } from './order-states.js';
import { rateDelivery } from './rate-delivery.js';
import { takeStep } from './take-step.js';

const now = (): Date => new Date('2026-11-21T12:00:00.000Z');
const at = now().toISOString();
const point = { type: 'Point', coordinates: [13.4, 52.5] as [number, number] } as const;
const owner = { userId: someId(), role: 'restaurant_owner' } as const;
const nudgeOutbox = (): void => undefined;
const nudgePayments = nudgeOutbox;
const optimisticLock = (): boolean => true;
const stateMachine = (): boolean => true;
const logger = createLogger({ service: 'test', level: 'error' });

function newOrder(status: OrderStatus): Order {
  const customerId = someId();
  return {
    id: someId(),
    customerId,
    restaurantId: someId(),
    restaurantName: 'Bangkok Kitchen',
    restaurantCuisine: 'thai',
    restaurantOwnerId: owner.userId,
    restaurantLocation: point,
    deliveryLocation: point,
    items: [{ menuItemId: someId(), name: 'Curry', unitPrice: eur(1000), quantity: 1 }],
    itemsTotal: eur(1000),
    deliveryFee: eur(199),
    total: eur(1199),
    pricing: { distanceMeters: 0, baseDeliveryFee: eur(199), surgeFee: eur(0), surge: { multiplier: 1 } },
    status,
    version: 1,
    history: [{ from: null, to: status, at, by: customerId }],
    idempotencyKey: someId(),
    requestHash: 'none',
    createdAt: at,
    updatedAt: at,
  };
}

describe('two who change an order at the same moment', () => {
  let mongo: StartedEngine;
  let orders: OrderRepository;
  /** The same orders, written without looking at their version. */
  let unlocked: OrderRepository;
  let close: () => Promise<void>;

  beforeAll(async () => {
    mongo = await startEngine('mongo');
    const url = `mongodb://127.0.0.1:${mongo.port}/order_service`;
    const connection = await connectMongo({ url, service: 'test', logger });
    const model = await createOrderModel(connection);
    orders = createOrderRepository(model, now);
    unlocked = createOrderRepository(model, now, { optimisticLock: () => false, publishDirectly: () => undefined });
    close = () => connection.close();
  });
  afterAll(async () => {
    await close();
    await mongo.stop();
  });

  async function stored(status: OrderStatus): Promise<Order> {
    const order = newOrder(status);
    const created = await orders.create(order, orderEvent(order));
    if (!created) throw new Error('the order was not stored');
    return created;
  }

  /** The same repository, where somebody else is faster once: right after the first read. */
  function overtakenBy(change: (order: Order) => Promise<unknown>): OrderRepository {
    let overtaken = false;
    return {
      ...orders,
      async findById(id) {
        const order = await orders.findById(id);
        if (order && !overtaken) {
          overtaken = true;
          await change(order);
        }
        return order;
      },
    };
  }

  it('are told apart by the version that each has read: the second write misses', async () => {
    const order = await stored('CONFIRMED');
    const dependencies = { orders, now, nudgeOutbox };
    expect(await takeStep(dependencies, order, { to: 'PREPARING', by: owner.userId })).toMatchObject({ version: 2 });
    expect(await takeStep(dependencies, order, { to: 'CANCELLED', by: owner.userId })).toBeUndefined();
    expect(await orders.assignDriver(order, { driverId: someId(), driverUserId: someId() })).toBeUndefined();
    expect(await orders.findById(order.id)).toMatchObject({ status: 'PREPARING', version: 2, history: [{}, {}] });
  });

  it('overwrite each other where the version does not count: the first outcome is lost', async () => {
    const order = await stored('CONFIRMED');
    const dependencies = { orders: unlocked, now, nudgeOutbox };
    expect(await takeStep(dependencies, order, { to: 'CANCELLED', by: order.customerId })).toBeDefined();
    expect(await takeStep(dependencies, order, { to: 'PREPARING', by: owner.userId })).toBeDefined();
    expect(await orders.findById(order.id)).toMatchObject({
      status: 'PREPARING',
      history: [{}, { from: 'CONFIRMED', to: 'CANCELLED' }, { from: 'CONFIRMED', to: 'PREPARING' }],
    });
  });

  it('get a conflict with the present version when they move it', async () => {
    const { id } = await stored('CONFIRMED');
    const driver = { driverId: someId(), driverUserId: someId() };
    const racing = overtakenBy((order) => orders.assignDriver(order, driver));
    const moving = moveOrder(
      { orders: racing, now, nudgeOutbox, nudgePayments, optimisticLock, stateMachine },
      owner,
      id,
      {
        to: 'PREPARING',
        version: 1,
      },
    );
    await expect(moving).rejects.toMatchObject({
      slug: 'conflict',
      message: expect.stringContaining('version 2') as string,
    });
    expect(await orders.findById(id)).toMatchObject({ ...driver, status: 'CONFIRMED', version: 2 });
  });

  it('both succeed when one of them writes the driver: it reads again', async () => {
    const { id, customerId } = await stored('CONFIRMED');
    const racing = overtakenBy((order) =>
      takeStep({ orders, now, nudgeOutbox }, order, { to: 'PREPARING', by: owner.userId }),
    );
    const driver = { driverId: someId(), driverUserId: someId() };
    const assignment = { orderId: id, ...driver, customerId, distanceMeters: 1 };
    expect(await assignDriver({ orders: racing, logger }, assignment)).toBe('processed');
    expect(await orders.findById(id)).toMatchObject({ ...driver, status: 'PREPARING', version: 3 });
  });

  it('rate a delivery once: who comes second is told of the first', async () => {
    const order = { ...newOrder('DELIVERED'), driverId: someId(), driverUserId: someId() };
    await orders.create(order, orderEvent(order));
    const customer = { userId: order.customerId, role: 'customer' } as const;
    const rate = (through: OrderRepository, stars: number) =>
      rateDelivery({ orders: through, now, nudgeOutbox }, customer, order.id, { stars });
    const racing = overtakenBy(() => rate(orders, 5));
    await expect(rate(racing, 1)).rejects.toMatchObject({
      slug: 'conflict',
      message: expect.stringContaining('5 stars') as string,
    });
    expect(await orders.findById(order.id)).toMatchObject({ rating: { stars: 5 }, version: 1 });
  });

  it('make one order when they place it with one key', async () => {
    const first = await stored('PENDING');
    const second = { ...newOrder('PENDING'), customerId: first.customerId, idempotencyKey: first.idempotencyKey };
    expect(await orders.create(second, orderEvent(second))).toBeUndefined();
    expect(await orders.findById(second.id)).toBeUndefined();
  });
});
