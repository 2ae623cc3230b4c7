import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eur, newCase, orderOf, someId } from './testing/orders.js';
import { sendWebhook, signatureOf, someWebhook } from './testing/send-webhook.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';
import { openStoredOrders } from './testing/stored-orders.js';
import type { StoredOrders } from './testing/stored-orders.js';

/** Gives up soon, but not before the provider was asked. */
const IMPATIENT = { 'payment.timeoutMs': 1000, 'payment.retries': 0 };
const DEFAULTS = { 'payment.timeoutMs': 10_000, 'payment.retries': 3, 'webhook.dedupe': true };
const WITHIN = { withinMs: 40_000 };

describe('webhooks of the payment provider', () => {
  let service: OrderServiceUnderTest;
  let stored: StoredOrders;
  beforeAll(async () => {
    service = await startOrderService();
    stored = openStoredOrders(service);
  });
  afterAll(async () => {
    await stored.close();
    await service.stop();
  });
  beforeEach(async () => {
    service.payments.webhooks.to(service.port);
    await service.payments.setKnobs({ 'webhook.enabled': true, 'webhook.duplicates': 0 });
  });
  afterEach(async () => {
    service.payments.shut(false);
    await service.setKnobs(DEFAULTS);
  });

  const outcomesFor = (id: string): unknown[] =>
    service.payments.webhooks.relayed.filter(({ key }) => key === id).map(({ outcome }) => outcome);
  const typesOf = async (id: string): Promise<string[]> => (await stored.settledEvents(id)).map(({ type }) => type);
  const chargesOf = async (id: string) =>
    (await service.payments.ledger()).charges.filter(({ idempotencyKey }) => idempotencyKey === id);

  it('confirm an order whose charge nobody answered, while the provider answers nothing', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs(IMPATIENT);
    const held = service.payments.hold();
    try {
      expect((await pay(id)).status).toBe(504);
      await eventually(async () => expect(await read(id)).toMatchObject({ status: 'CONFIRMED', version: 2 }), WITHIN);
    } finally {
      held.release();
    }
    expect(await typesOf(id)).toEqual(['order.created', 'order.confirmed']);
    expect(await chargesOf(id)).toMatchObject([{ status: 'succeeded' }]);
    expect((await pay(id)).body).toMatchObject({ status: 'CONFIRMED', version: 2 });
  });

  it('fail an order whose card was declined without anybody hearing of it', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs(IMPATIENT);
    const held = service.payments.hold();
    expect((await pay(id, 'tok_declined')).status).toBe(504);
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'PAYMENT_FAILED' }), WITHIN);
    held.release();
    await eventually(async () => expect(await read(id)).toMatchObject({ payment: { state: 'voided' } }), WITHIN);
    expect(await typesOf(id)).toEqual(['order.created', 'order.payment_failed']);
  });

  it('tell of money for an order that was cancelled meanwhile, and it goes back', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs(IMPATIENT);
    service.payments.webhooks.to(undefined);
    const held = service.payments.hold();
    expect((await pay(id)).status).toBe(504);
    service.payments.shut(true);
    held.release();
    expect((await move(id, 'CANCELLED', 1, customer)).status).toBe(200);
    service.payments.webhooks.to(service.port);
    await eventually(async () => expect(await read(id)).toMatchObject({ payment: { state: 'charged' } }), WITHIN);
    service.payments.shut(false);
    await eventually(async () => expect(await read(id)).toMatchObject({ payment: { state: 'refunded' } }), WITHIN);
    expect(await chargesOf(id)).toMatchObject([{ status: 'refunded' }]);
    expect(await typesOf(id)).toEqual(['order.created', 'order.cancelled']);
  });

  it('tell of a refund whose answer is lost', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const { id } = orderOf(await place());
    await pay(id);
    const held = service.payments.hold();
    try {
      expect((await move(id, 'CANCELLED', 2, customer)).status).toBe(200);
      await eventually(async () => expect(await read(id)).toMatchObject({ payment: { state: 'refunded' } }), WITHIN);
    } finally {
      held.release();
    }
  });

  it('come twice and beside the answer, and confirm once all the same', async () => {
    const { place, pay, read } = newCase(service);
    const { id } = orderOf(await place());
    await service.payments.setKnobs({ 'webhook.duplicates': 1 });
    expect((await pay(id)).body).toMatchObject({ status: 'CONFIRMED', version: 2 });
    await eventually(() => expect(outcomesFor(id)).toEqual(['processed', 'duplicate']), WITHIN);
    expect((await read(id)).history).toHaveLength(2);
    expect(await typesOf(id)).toEqual(['order.created', 'order.confirmed']);
    expect((await stored.read(id)).paymentStatement).toHaveLength(1);
  });

  it('have their effect once when ten copies come at the same moment', async () => {
    const { place, read } = newCase(service);
    const { id } = orderOf(await place());
    const webhook = someWebhook(id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => sendWebhook(service, webhook)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
    const outcomes = answers.map(({ body }) => body).sort((a, b) => JSON.stringify(b).localeCompare(JSON.stringify(a)));
    expect(outcomes).toEqual([{ outcome: 'processed' }, ...Array<object>(9).fill({ outcome: 'duplicate' })]);
    expect(await read(id)).toMatchObject({ status: 'CONFIRMED', version: 2 });
    expect(await typesOf(id)).toEqual(['order.created', 'order.confirmed']);
    expect((await stored.read(id)).paymentStatement).toHaveLength(1);
  });

  it('of a card that was declined earlier do not fail the payment with another one', async () => {
    const { place, pay, read } = newCase(service);
    const placed = await place();
    const { id } = orderOf(placed);
    const before = new Date(Date.now() - 1000).toISOString();
    service.payments.webhooks.to(undefined);
    const held = service.payments.hold();
    const paying = pay(id);
    await held.reached;
    const late = someWebhook(id, {
      type: 'charge.declined',
      createdAt: before,
      data: { idempotencyKey: id, amount: eur(3379) },
    });
    expect((await sendWebhook(service, late)).body).toEqual({ outcome: 'processed' });
    expect(await read(id)).toMatchObject({ status: 'PENDING' });
    held.release();
    expect((await paying).body).toMatchObject({ status: 'CONFIRMED' });
  });

  it('each count for news without the defence: an order is confirmed again by every copy, even a cancelled one', async () => {
    const { place, pay, move, read, customer } = newCase(service);
    const { id } = orderOf(await place());
    await service.setKnobs({ ...IMPATIENT, 'webhook.dedupe': false });
    await service.payments.setKnobs({ 'webhook.duplicates': 1 });
    const held = service.payments.hold();
    expect((await pay(id)).status).toBe(504);
    await eventually(() => expect(outcomesFor(id)).toEqual(['processed', 'processed']), WITHIN);
    held.release();
    const events = await stored.settledEvents(id);
    expect(events.map(({ type }) => type)).toEqual(['order.created', 'order.confirmed', 'order.confirmed']);
    expect(new Set(events.map(({ id: eventId }) => eventId)).size).toBe(3);
    expect((await stored.read(id)).paymentStatement).toHaveLength(2);
    const confirmed = await read(id);
    expect(confirmed.history).toMatchObject([{}, { from: 'PENDING' }, { from: 'CONFIRMED', to: 'CONFIRMED' }]);

    await move(id, 'CANCELLED', confirmed.version, customer);
    await sendWebhook(service, someWebhook(id));
    expect(await read(id)).toMatchObject({ status: 'CONFIRMED' });
  });

  it.each([
    ['an order that does not exist', {}, someId()],
    ['a key that is no order', {}, 'another-shop-1'],
    ['another price', { data: { id: 'ch_1', idempotencyKey: 'the order', amount: eur(1) } }, 'the order'],
    [
      'a currency that is not ours',
      { data: { id: 'ch_1', idempotencyKey: 'the order', amount: { amount: 3379, currency: 'USD' } } },
      'the order',
    ],
    ['something else', { type: 'payout.paid', data: {} }, 'the order'],
  ])('about %s are taken and change nothing', async (_what, changes, about) => {
    const { place, read } = newCase(service);
    const { id } = orderOf(await place());
    const webhook = JSON.stringify(someWebhook(about, changes)).replaceAll('the order', id);
    const answer = await sendWebhook(service, webhook);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ outcome: 'ignored' });
    expect(await read(id)).toMatchObject({ status: 'PENDING', version: 1 });
  });

  it.each([
    ['without a signature', 401, 'not-authenticated', someWebhook, () => undefined],
    [
      'that somebody else has signed',
      401,
      'not-authenticated',
      someWebhook,
      (body: string) => signatureOf(body, 'guess'),
    ],
    ['that are no JSON', 400, 'invalid-request', (id: string) => `{"id": "${id}`, undefined],
    ['that lack the charge', 400, 'invalid-request', (id: string) => someWebhook(id, { data: {} }), undefined],
    ['beyond 100 kB', 413, 'body-too-large', (id: string) => someWebhook(id, { more: 'x'.repeat(200_000) }), undefined],
  ])('%s are refused with %i', async (_which, status, slug, webhook, sign) => {
    const { place, read } = newCase(service);
    const { id } = orderOf(await place());
    const answer = await sendWebhook(service, webhook(id), sign);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ type: `https://quickbite.dev/problems/${slug}` });
    expect(await read(id)).toMatchObject({ status: 'PENDING', version: 1 });
  });
});
