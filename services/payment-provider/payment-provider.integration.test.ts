import { createKnobs } from '@quickbite/shared/knobs';
import { createServiceClient } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { knobs as knobDefs } from './knobs.js';
import { start } from './start.js';

const LAB_KEY = 'a-lab-key-for-tests';
const price = { amount: 1299, currency: 'EUR' };
const charge = (changes: object = {}): object => ({
  idempotencyKey: 'order-1',
  amount: price,
  token: 'tok_visa',
  ...changes,
});
const idOf = (answer: ServiceAnswer): string => z.object({ id: z.string() }).parse(answer.body).id;

describe('payment-provider', () => {
  let service: Awaited<ReturnType<typeof start>>;
  let call: ReturnType<typeof createServiceClient>;

  beforeEach(async () => {
    const env = { PORT: '0', LOG_LEVEL: 'error', QUICKBITE_LAB_KEY: LAB_KEY };
    service = await start({ env, knobs: createKnobs(knobDefs) });
    call = createServiceClient(service.port, 'it asks for no identity, and so this signs none');
  });
  afterEach(() => service.close());

  const setKnobs = (body: object): Promise<ServiceAnswer> =>
    call('PUT', '/internal/knobs', { body, headers: { 'x-lab-key': LAB_KEY } });

  it('takes money and shows the charge, but never the card', async () => {
    const made = await call('POST', '/charges', { body: charge() });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: 'succeeded', amount: price, idempotencyKey: 'order-1' });
    expect(JSON.stringify(made.body)).not.toContain('tok_visa');
    expect((await call('GET', `/charges/${idOf(made)}`)).body).toEqual(made.body);
  });

  it('charges once for an idempotency key, however often and at the same moment it is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST', '/charges', { body: charge() })));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
  });

  it('refuses a key that comes again with another amount', async () => {
    await call('POST', '/charges', { body: charge() });
    const answer = await call('POST', '/charges', { body: charge({ amount: { amount: 1, currency: 'EUR' } }) });
    expect(answer.status).toBe(409);
  });

  it('declines the token tok_declined, and lets the same key succeed with another card', async () => {
    const declined = await call('POST', '/charges', { body: charge({ token: 'tok_declined' }) });
    expect(declined.status).toBe(402);
    expect(declined.body).toMatchObject({ type: 'https://quickbite.dev/problems/payment-declined' });
    expect((await call('POST', '/charges', { body: charge() })).status).toBe(201);
  });

  it('declines every card when the knob says so', async () => {
    expect((await setKnobs({ 'charge.declineRate': 1 })).status).toBe(200);
    expect((await call('POST', '/charges', { body: charge() })).status).toBe(402);
  });

  it('has taken the money before a slow answer arrives', async () => {
    await setKnobs({ 'charge.delayMs': 300 });
    const started = performance.now();
    const slow = call('POST', '/charges', { body: charge() });
    expect((await slow).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
    await setKnobs({ 'charge.delayMs': 60_000 });
    const abandoned = fetch(`http://127.0.0.1:${service.port}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(charge({ idempotencyKey: 'order-2' })),
      signal: AbortSignal.timeout(200),
    });
    await expect(abandoned).rejects.toThrow();
    await setKnobs({ 'charge.delayMs': 0 });
    expect((await call('POST', '/charges', { body: charge({ idempotencyKey: 'order-2' }) })).status).toBe(200);
  });

  it('refunds a charge once, and says so to whoever repeats it', async () => {
    const chargeId = idOf(await call('POST', '/charges', { body: charge() }));
    const refund = { chargeId, idempotencyKey: 'refund-1' };
    const first = await call('POST', '/refunds', { body: refund });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ chargeId, amount: price, status: 'succeeded' });
    const second = await call('POST', '/refunds', { body: refund });
    expect(second.status).toBe(200);
    expect(idOf(second)).toBe(idOf(first));
    expect((await call('GET', `/charges/${chargeId}`)).body).toMatchObject({ status: 'refunded' });
    expect((await call('POST', '/refunds', { body: { ...refund, idempotencyKey: 'refund-2' } })).status).toBe(409);
  });

  it('does not know charges that were never made', async () => {
    const chargeId = `ch_${'0'.repeat(24)}`;
    expect((await call('GET', `/charges/${chargeId}`)).status).toBe(404);
    expect((await call('POST', '/refunds', { body: { chargeId, idempotencyKey: 'r' } })).status).toBe(404);
  });

  it.each([
    ['an unknown field', charge({ admin: true })],
    ['nothing to pay', charge({ amount: { amount: 0, currency: 'EUR' } })],
    ['an amount in fractions of a cent', charge({ amount: { amount: 1.5, currency: 'EUR' } })],
    ['no token', charge({ token: undefined })],
    ['a key that is an operator', charge({ idempotencyKey: { $ne: '' } })],
  ])('refuses %s', async (_what, body) => {
    const answer = await call('POST', '/charges', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: 'https://quickbite.dev/problems/invalid-request' });
  });
});
