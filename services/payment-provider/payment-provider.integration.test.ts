import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  let folder: string;

  async function startService(): Promise<void> {
    const env = {
      PORT: '0',
      LOG_LEVEL: 'error',
      QUICKBITE_LAB_KEY: LAB_KEY,
      DATA_DIR: folder,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
    };
    service = await start({ env, knobs: createKnobs(knobDefs) });
    call = createServiceClient(service.port, 'it asks for no identity, and so this signs none');
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quickbite-test-ledger-'));
    await startService();
  });
  afterEach(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ledger = async (): Promise<unknown> =>
    (await call('GET', '/internal/ledger', { headers: { 'x-lab-key': LAB_KEY } })).body;

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

  it('remembers after its death what it has taken, given back and voided, and forgets a line that was cut short', async () => {
    const chargeId = idOf(await call('POST', '/charges', { body: charge() }));
    await call('POST', '/charges', { body: charge({ idempotencyKey: 'order-2' }) });
    await call('POST', '/refunds', { body: { chargeId, idempotencyKey: 'refund-1' } });
    await call('POST', '/voids', { body: { idempotencyKey: 'order-3' } });
    const before = await ledger();
    expect(before).toMatchObject({
      charges: [{ status: 'refunded' }, { status: 'succeeded' }],
      refunds: [{ chargeId }],
    });
    await service.close();
    await appendFile(join(folder, 'ledger.jsonl'), '{"kind":"charge","ent');
    await startService();
    expect(await ledger()).toEqual(before);
    expect((await call('POST', '/charges', { body: charge() })).status).toBe(200);
    expect((await call('POST', '/charges', { body: charge({ idempotencyKey: 'order-3' }) })).status).toBe(409);
    expect((await call('POST', '/charges', { body: charge({ idempotencyKey: 'order-4' }) })).status).toBe(201);
    expect(await readFile(join(folder, 'ledger.jsonl'), 'utf8')).not.toContain('"ent{');
  });

  it('shows its ledger to the lab only', async () => {
    expect((await call('GET', '/internal/ledger')).status).toBe(404);
  });

  it('finds the charge of a key', async () => {
    expect((await call('GET', '/charges?idempotencyKey=order-1')).status).toBe(404);
    const made = await call('POST', '/charges', { body: charge() });
    const found = await call('GET', '/charges?idempotencyKey=order-1');
    expect(found.status).toBe(200);
    expect(found.body).toEqual(made.body);
    expect((await call('GET', '/charges')).status).toBe(400);
  });

  it('makes no charge for a key that was voided, and does not void one that was charged', async () => {
    const voiding = { body: { idempotencyKey: 'order-1' } };
    expect((await call('POST', '/voids', voiding)).body).toEqual({ idempotencyKey: 'order-1', charge: null });
    expect((await call('POST', '/voids', voiding)).status).toBe(200);
    expect((await call('POST', '/charges', { body: charge() })).status).toBe(409);
    const made = await call('POST', '/charges', { body: charge({ idempotencyKey: 'order-2' }) });
    const late = await call('POST', '/voids', { body: { idempotencyKey: 'order-2' } });
    expect(late.body).toEqual({ idempotencyKey: 'order-2', charge: made.body });
    expect((await call('POST', '/voids', { body: {} })).status).toBe(400);
  });

  it.each([
    ['the token says so', 'tok_lost_response', {}],
    ['the knob says so', 'tok_visa', { 'charge.lostResponseRate': 1 }],
  ])('cuts the connection after taking the money when %s, and answers the repetition', async (_why, token, knobs) => {
    await setKnobs(knobs);
    await expect(call('POST', '/charges', { body: charge({ token }) })).rejects.toThrow();
    expect(await ledger()).toMatchObject({ charges: [{ idempotencyKey: 'order-1' }] });
    expect((await call('POST', '/charges', { body: charge({ token }) })).status).toBe(200);
  });

  it('treats the same charges alike when its seed is the same', async () => {
    const declined = async (seed: number): Promise<number[]> => {
      await setKnobs({ 'behaviour.seed': seed, 'charge.declineRate': 0.5 });
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1)
        statuses.push(
          (await call('POST', '/charges', { body: charge({ idempotencyKey: `${seed}-${n}-${Math.random()}` }) }))
            .status,
        );
      return statuses;
    };
    const first = await declined(7);
    expect(new Set(first)).toEqual(new Set([201, 402]));
    expect(await declined(8)).not.toEqual(first);
    expect(await declined(7)).toEqual(first);
  });
});
