import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCase, orderOf } from './testing/orders.js';
import type { ProviderLedger } from './testing/payment-gate.js';
import { startOrderProcess } from './testing/start-order-process.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

/** On a busy machine too, a provider that answers is heard. */
const PATIENT_MS = 10_000;
const DEFAULTS = {
  'payment.timeoutMs': PATIENT_MS,
  'payment.retries': 3,
  'payment.idempotencyKeys': true,
  'payment.compensation': true,
  'orders.pendingTtlMinutes': 15,
};
/** Gives up soon, but not before the provider was asked. */
const IMPATIENT = { 'payment.timeoutMs': 1000, 'payment.retries': 0 };
const WITHIN = { withinMs: 40_000 };

describe('money and orders', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());
  afterEach(async () => {
    service.payments.shut(false);
    await service.setKnobs(DEFAULTS);
  });

  /** The charges for one order: its id is their key. */
  const chargesOf = async (orderId: string): Promise<ProviderLedger['charges']> =>
    (await service.payments.ledger()).charges.filter(({ idempotencyKey }) => idempotencyKey === orderId);

  const paymentIs = (read: (id: string) => Promise<unknown>, id: string, state: string): Promise<void> =>
    eventually(async () => expect(await read(id)).toMatchObject({ payment: { state } }), WITHIN);

  it.each(['customer', 'owner'] as const)(
    'goes back when the %s cancels a paid order, without being asked for',
    async (by) => {
      const { place, pay, move, read, ...people } = newCase(service);
      const { id } = orderOf(await place());
      expect((await pay(id)).body).toMatchObject({ status: 'CONFIRMED', payment: { state: 'charged' } });
      expect((await move(id, 'CANCELLED', 2, people[by])).status).toBe(200);
      await paymentIs(read, id, 'refunded');
      expect(await chargesOf(id)).toMatchObject([{ status: 'refunded' }]);
    },
  );

  it('goes back when the charge timed out and the order is cancelled before anybody heard of it', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs(IMPATIENT);
    const held = service.payments.hold();
    expect((await pay(id)).status).toBe(504);
    await held.reached;
    expect((await move(id, 'CANCELLED', 1, customer)).status).toBe(200);
    held.release();
    await paymentIs(read, id, 'refunded');
    expect(await chargesOf(id)).toMatchObject([{ status: 'refunded' }]);
  });

  it('is never taken for a cancelled order by a charge that arrives late', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const placed = await place();
    const { id } = orderOf(placed);
    await service.setKnobs(IMPATIENT);
    service.payments.shut(true);
    expect([502, 504]).toContain((await pay(id)).status);
    expect((await move(id, 'CANCELLED', 1, customer)).status).toBe(200);
    service.payments.shut(false);
    await paymentIs(read, id, 'voided');
    const late = await fetch(`${service.payments.url}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ idempotencyKey: id, amount: { amount: 1, currency: 'EUR' }, token: 'tok_visa' }),
    });
    expect(late.status).toBe(409);
    expect(await chargesOf(id)).toEqual([]);
  });

  it('is taken once when the answer to the charge is lost, and the order is confirmed', async () => {
    const { place, pay } = newCase(service);
    const { id } = orderOf(await place());
    const paid = await pay(id, 'tok_lost_response');
    expect(paid.status).toBe(200);
    expect(paid.body).toMatchObject({ status: 'CONFIRMED' });
    expect(await chargesOf(id)).toHaveLength(1);
  });

  it('confirms the order by itself when the customer was told of a timeout', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs(IMPATIENT);
    const held = service.payments.hold();
    expect((await pay(id)).status).toBe(504);
    held.release();
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'CONFIRMED', version: 2 }), {
      ...WITHIN,
    });
    expect(await chargesOf(id)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('is certain not to have been taken after a declined card', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs({ 'payment.timeoutMs': 5000, 'payment.retries': 0 });
    expect((await pay(id, 'tok_declined')).status).toBe(402);
    await paymentIs(read, id, 'voided');
  });

  it('is not forgotten by an instance that is killed between charge and confirmation', async () => {
    const other = await startOrderProcess(service.env);
    try {
      const { place, customer, read } = newCase(service);
      const { id } = orderOf(await place());
      const labKey = { 'x-lab-key': service.env.QUICKBITE_LAB_KEY };
      expect(
        (
          await other.call('PUT', '/internal/knobs', {
            body: { ...IMPATIENT, 'payment.timeoutMs': 5000 },
            headers: labKey,
          })
        ).status,
      ).toBe(200);
      const held = service.payments.hold();
      const body = { paymentToken: 'tok_visa' };
      const paying = other.call('POST', `/api/orders/${id}/payment`, { as: customer, body }).catch(() => 'cut');
      await held.reached;
      await other.kill();
      await paying;
      held.release();
      await eventually(async () => expect(await read(id)).toMatchObject({ status: 'CONFIRMED' }), WITHIN);
      expect(await chargesOf(id)).toMatchObject([{ status: 'succeeded' }]);
    } finally {
      await other.kill();
    }
  });

  it('is not asked for when an order waits for its payment for too long', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs({ 'orders.pendingTtlMinutes': 0 });
    await eventually(async () =>
      expect(await read(id)).toMatchObject({ status: 'CANCELLED', history: [{}, { to: 'CANCELLED', by: null }] }),
    );
    expect((await pay(id)).status).toBe(409);
    expect(await chargesOf(id)).toEqual([]);
    await eventually(() =>
      expect(service.events.map(({ type, data }) => [type, 'orderId' in data && data.orderId])).toContainEqual([
        'order.cancelled',
        id,
      ]),
    );
  });

  it('is taken twice without idempotency keys, when an answer is lost', async () => {
    const { place, pay } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs({ 'payment.idempotencyKeys': false });
    const before = (await service.payments.ledger()).charges.length;
    // Each attempt is a new charge, whose answer is lost again.
    expect((await pay(id, 'tok_lost_response')).status).toBe(502);
    expect((await service.payments.ledger()).charges.length - before).toBe(4);
  });

  it('is kept without compensation, until that is turned on again', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs({ 'payment.compensation': false });
    await pay(id);
    await move(id, 'CANCELLED', 2, customer);
    const again = await pay(id);
    expect(again.status).toBe(409);
    expect(await chargesOf(id)).toMatchObject([{ status: 'succeeded' }]);
    expect(await read(id)).toMatchObject({ status: 'CANCELLED', payment: { state: 'charged' } });
    await service.setKnobs({ 'payment.compensation': true });
    await paymentIs(read, id, 'refunded');
  });
});
