import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCase, orderOf } from './testing/orders.js';
import { startOrderProcess } from './testing/start-order-process.js';
import type { StartedOrderProcess } from './testing/start-order-process.js';
import { startSurroundings } from './testing/start-surroundings.js';
import type { Surroundings } from './testing/start-surroundings.js';
import { openStoredOrders } from './testing/stored-orders.js';
import type { StoredOrders } from './testing/stored-orders.js';

const WITHIN = { withinMs: 40_000 };

/** The only instance is killed at a point where it has done one half of something; the next one must do the other, once. */
describe('order-service that is killed with kill -9', () => {
  const stops: (() => Promise<void> | void)[] = [];
  let around: Surroundings;
  let stored: StoredOrders;
  let instance: StartedOrderProcess;
  let person: ReturnType<typeof newCase>;

  async function startInstance(): Promise<void> {
    instance = await startOrderProcess(around.env);
    around.payments.webhooks.to(instance.port);
  }

  beforeAll(async () => {
    around = await startSurroundings((end) => stops.push(end));
    stored = openStoredOrders(around);
    stops.push(() => stored.close());
  });
  afterAll(async () => {
    for (const end of stops.splice(0).reverse()) await end();
  });
  beforeEach(async () => {
    await startInstance();
    await eventually(async () => expect((await instance.call('GET', '/health/ready')).status).toBe(200), WITHIN);
    const call: typeof instance.call = (...request) => instance.call(...request);
    person = newCase({ call, restaurants: around.restaurants });
    expect((await setKnobs({ 'payment.timeoutMs': 10_000, 'restaurant.timeoutMs': 10_000 })).status).toBe(200);
  });
  afterEach(() => instance.kill());

  const setKnobs = (body: object) =>
    instance.call('PUT', '/internal/knobs', { body, headers: { 'x-lab-key': around.env.QUICKBITE_LAB_KEY } });
  const refundsOf = async (id: string) =>
    (await around.payments.ledger()).refunds.filter(({ idempotencyKey }) => idempotencyKey === id);
  const typesOf = async (id: string): Promise<string[]> => (await stored.settledEvents(id)).map(({ type }) => type);
  const paymentBecomes = (id: string, state: string): Promise<void> =>
    eventually(async () => expect(await stored.read(id)).toMatchObject({ payment: { state } }), WITHIN);

  async function paidOrder(): Promise<string> {
    const { id } = orderOf(await person.place());
    expect((await person.pay(id)).status).toBe(200);
    // Whoever looks after it next waits until the one that was killed would have given up.
    await setKnobs({ 'payment.timeoutMs': 1000 });
    expect(await typesOf(id)).toEqual(['order.created', 'order.confirmed']);
    return id;
  }

  it('after the save and before the publication: its event is published by the next one, once', async () => {
    await around.amqp.kill();
    const { id } = orderOf(await person.place());
    expect(await stored.read(id)).toMatchObject({ status: 'PENDING', outbox: [{ type: 'order.created' }] });
    await instance.kill();
    await around.amqp.restart();
    await startInstance();
    expect(await typesOf(id)).toEqual(['order.created']);
  });

  it('while the broker has not confirmed: the event may come twice, and is one event', async () => {
    around.amqp.pause();
    const { id } = orderOf(await person.place());
    expect(await stored.read(id)).toMatchObject({ outbox: [{ type: 'order.created' }] });
    await instance.kill();
    around.amqp.resume();
    await startInstance();
    const events = await stored.settledEvents(id);
    expect(new Set(events.map(({ id: eventId }) => eventId)).size).toBe(1);
    expect(events[0]).toMatchObject({ type: 'order.created', data: { status: 'PENDING' } });
  });

  it('without an outbox, after the save and before the publication: nobody ever hears of the order', async () => {
    await setKnobs({ 'outbox.enabled': false });
    await around.amqp.kill();
    const { id } = orderOf(await person.place());
    await instance.kill();
    await around.amqp.restart();
    await startInstance();
    expect(await typesOf(id)).toEqual([]);
  });

  it('between cancelling and refunding: the next one refunds, once', async () => {
    const id = await paidOrder();
    around.payments.shut(true);
    expect((await person.move(id, 'CANCELLED', 2, person.customer)).status).toBe(200);
    await instance.kill();
    expect(await refundsOf(id)).toEqual([]);
    around.payments.shut(false);
    await startInstance();
    await paymentBecomes(id, 'refunded');
    expect(await refundsOf(id)).toHaveLength(1);
    const events = await stored.settledEvents(id);
    expect(new Set(events.slice(2).map(({ type }) => type))).toEqual(new Set(['order.cancelled']));
  });

  it('between the refund and its record: the next one asks again, and the money goes back once', async () => {
    const id = await paidOrder();
    const held = around.payments.hold();
    expect((await person.move(id, 'CANCELLED', 2, person.customer)).status).toBe(200);
    await held.reached;
    await instance.kill();
    expect(await refundsOf(id)).toHaveLength(1);
    expect(await stored.read(id)).toMatchObject({ payment: { state: 'charged' } });
    held.release();
    await startInstance();
    await paymentBecomes(id, 'refunded');
    expect(await refundsOf(id)).toHaveLength(1);
  });

  it('while it takes a webhook: the provider sends it to the next one, and the order is confirmed once', async () => {
    const { id } = orderOf(await person.place());
    expect(await typesOf(id)).toEqual(['order.created']);
    const { payments, mongo } = around;
    const held = payments.hold();
    await payments.setKnobs({ 'webhook.enabled': true });
    payments.webhooks.to(undefined);
    const paying = person.pay(id).catch(() => undefined);
    await held.reached;
    mongo.pause();
    const sent = payments.webhooks.nextSent();
    payments.webhooks.to(instance.port);
    await sent;
    await instance.kill();
    await paying;
    mongo.resume();
    expect(await stored.read(id)).toMatchObject({ status: 'PENDING', payment: { state: 'charging' } });
    await startInstance();
    await eventually(async () => expect(await stored.read(id)).toMatchObject({ status: 'CONFIRMED' }), WITHIN);
    held.release();
    expect(await typesOf(id)).toEqual(['order.created', 'order.confirmed']);
    expect((await stored.read(id)).paymentStatement).toMatchObject([{ type: 'charge.succeeded' }]);
    const charges = (await payments.ledger()).charges.filter(({ idempotencyKey }) => idempotencyKey === id);
    expect(charges).toMatchObject([{ status: 'succeeded' }]);
  });
});
