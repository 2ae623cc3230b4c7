import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@quickbite/shared/testing';
import { newCase, orderOf, somebody, someId } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('POST /api/orders/:id/payment', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  const eventTypes = (orderId: string): string[] =>
    service.events.filter(({ data }) => 'orderId' in data && data.orderId === orderId).map(({ type }) => type);

  it('charges, confirms, and says so in the history and in an event', async () => {
    const { place, pay, customer, read } = newCase(service);
    const { id } = orderOf(await place());
    const paid = await pay(id);
    expect(paid.status).toBe(200);
    expect(paid.body).toMatchObject({ id, status: 'CONFIRMED', version: 2 });
    expect(paid.body).not.toHaveProperty('chargeId');
    expect((await read(id)).history).toMatchObject([
      { from: null, to: 'PENDING' },
      { from: 'PENDING', to: 'CONFIRMED', by: customer.userId },
    ]);
    await eventually(() => expect(eventTypes(id)).toEqual(['order.created', 'order.confirmed']));
  });

  it('takes the money once, however often it is asked, at the same moment or later', async () => {
    const { place, pay } = newCase(service);
    const { id } = orderOf(await place());
    const before = service.payments.chargeIds.length;
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay(id)));
    answers.push(await pay(id, 'tok_another'));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(answers.every((answer) => orderOf(answer).version === 2)).toBe(true);
    const charges = new Set(service.payments.chargeIds.slice(before));
    expect(charges.size).toBe(1);
    expect(await service.payments.chargeStatus([...charges][0] ?? '')).toBe('succeeded');
    await eventually(() => expect(eventTypes(id)).toEqual(['order.created', 'order.confirmed']));
  });

  it('answers 402 to a declined card, and the order has failed', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    const answer = await pay(id, 'tok_declined');
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject(problem('payment-declined'));
    expect(await read(id)).toMatchObject({ status: 'PAYMENT_FAILED', version: 2 });
    await eventually(() => expect(eventTypes(id)).toEqual(['order.created', 'order.payment_failed']));
    const again = await pay(id);
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject(problem('conflict'));
  });

  it('leaves the order pending when the provider is too slow, and a repetition is the same charge', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    const before = service.payments.chargeIds.length;
    const held = service.payments.hold();
    await service.setKnobs({ 'payment.timeoutMs': 1000, 'payment.retries': 1 });
    const late = await pay(id);
    await held.reached;
    expect(late.status).toBe(504);
    expect(late.body).toMatchObject(problem('upstream-timeout'));
    expect(await read(id)).toMatchObject({ status: 'PENDING', version: 1 });
    held.release();
    await service.setKnobs({ 'payment.timeoutMs': 10_000, 'payment.retries': 3 });
    expect((await pay(id)).status).toBe(200);
    const charges = service.payments.chargeIds.slice(before);
    expect(charges.length).toBeGreaterThanOrEqual(2);
    expect(new Set(charges).size).toBe(1);
  });

  it('gives the money back when the order is cancelled while the provider is working', async () => {
    const { place, pay, move, customer, read } = newCase(service);
    const { id } = orderOf(await place());
    const held = service.payments.hold();
    const paying = pay(id);
    await held.reached;
    expect((await move(id, 'CANCELLED', 1, customer)).status).toBe(200);
    held.release();
    const answer = await paying;
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('has been refunded') as string });
    expect(await service.payments.chargeStatus(service.payments.chargeIds.at(-1) ?? '')).toBe('refunded');
    expect(await read(id)).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect((await pay(id)).status).toBe(409);
    await eventually(() => expect(eventTypes(id)).toEqual(['order.created', 'order.cancelled']));
  });

  it('repeats a refund that the provider did not answer', async () => {
    const { place, pay, move, customer, read } = newCase(service);
    const { id } = orderOf(await place());
    const charging = service.payments.hold();
    const paying = pay(id);
    await charging.reached;
    await move(id, 'CANCELLED', 1, customer);
    const chargeId = service.payments.chargeIds.at(-1) ?? '';
    await service.setKnobs({ 'payment.timeoutMs': 1000 });
    // The charge is answered at once; the refund that follows runs into a gate that is shut again.
    const refunding = service.payments.hold();
    charging.release();
    const answer = await paying;
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('will be refunded') as string });
    await refunding.reached;
    refunding.release();
    await service.setKnobs({ 'payment.timeoutMs': 10_000 });
    await eventually(async () => expect(await read(id)).toMatchObject({ payment: { state: 'refunded' } }), {
      withinMs: 40_000,
    });
    expect(await service.payments.chargeStatus(chargeId)).toBe('refunded');
  });

  it('is for the customer of the order', async () => {
    const { place, pay, owner, read } = newCase(service);
    const { id } = orderOf(await place());
    const body = { paymentToken: 'tok_visa' };
    expect((await service.call('POST', `/api/orders/${id}/payment`, { body })).status).toBe(401);
    expect((await pay(id, 'tok_visa', somebody('customer'))).status).toBe(404);
    expect((await pay(id, 'tok_visa', owner)).status).toBe(403);
    expect(await read(id)).toMatchObject({ status: 'PENDING', version: 1 });
  });

  it('refuses a body that is not one token, and knows no order that is not there', async () => {
    const { place, customer, pay } = newCase(service);
    const { id } = orderOf(await place());
    for (const body of [{}, { paymentToken: '' }, { paymentToken: { $ne: '' } }, { paymentToken: 'tok', amount: 1 }]) {
      const answer = await service.call('POST', `/api/orders/${id}/payment`, { as: customer, body });
      expect(answer.status, JSON.stringify(body)).toBe(400);
    }
    expect((await pay(someId())).status).toBe(404);
  });
});
