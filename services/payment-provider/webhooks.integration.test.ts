import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServiceClient, eventually } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { createKnobs } from '@quickbite/shared/knobs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { knobs as knobDefs } from './knobs.js';
import { start } from './start.js';
import { startProviderProcess } from './testing/start-provider-process.js';
import { startReceiver } from './testing/webhook-receiver.js';
import type { StartedReceiver } from './testing/webhook-receiver.js';

const LAB_KEY = 'a-lab-key-for-tests';
const SECRET = 'a secret for the signatures of these tests';
const WITHIN = { withinMs: 30_000 };
const price = { amount: 1299, currency: 'EUR' };
const charge = (idempotencyKey: string, token = 'tok_visa'): object => ({ idempotencyKey, amount: price, token });

const bookAnswer = z.object({
  webhooks: z.array(
    z.looseObject({
      type: z.string(),
      owed: z.number(),
      deliveries: z.array(z.object({ at: z.iso.datetime(), status: z.number().nullable() })),
    }),
  ),
});

describe('webhooks of the payment provider', () => {
  let receiver: StartedReceiver;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let provider: { call: ReturnType<typeof createServiceClient>; end: () => Promise<void> };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quickbite-test-ledger-'));
    receiver = await startReceiver();
    env = {
      PORT: '0',
      LOG_LEVEL: 'error',
      QUICKBITE_LAB_KEY: LAB_KEY,
      DATA_DIR: folder,
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: SECRET,
      QUICKBITE_VALIDATE_ANSWERS: 'true',
    };
  });
  afterEach(async () => {
    await provider.end();
    receiver.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startService(): Promise<void> {
    const service = await start({ env, knobs: createKnobs(knobDefs) });
    provider = { call: createServiceClient(service.port, 'none'), end: () => service.close() };
  }
  async function startProcess(): Promise<void> {
    const { call, kill } = await startProviderProcess(env);
    provider = { call, end: kill };
  }
  const lab = { headers: { 'x-lab-key': LAB_KEY } };
  const setKnobs = async (body: object): Promise<void> =>
    expect((await provider.call('PUT', '/internal/knobs', { body, ...lab })).status).toBe(200);
  const book = async () => bookAnswer.parse((await provider.call('GET', '/internal/webhooks', lab)).body).webhooks;
  const take = (key: string, token?: string): Promise<ServiceAnswer> =>
    provider.call('POST', '/charges', { body: charge(key, token) });
  /** Everything that happened has been told as often as it was planned. */
  const allTold = () =>
    eventually(async () => {
      const webhooks = await book();
      expect(webhooks.map(({ owed }) => owed)).toEqual(webhooks.map(() => 0));
      return webhooks;
    }, WITHIN);
  const heard = (type: string): string[] =>
    receiver.received.filter(({ webhook }) => webhook.type === type).map(({ webhook }) => webhook.data.idempotencyKey);

  it('tell of money that was taken, refused and given back, each once, signed, and with what happened', async () => {
    await startService();
    const taken = await take('order-1');
    const chargeId = z.object({ id: z.string() }).parse(taken.body).id;
    expect((await take('order-2', 'tok_declined')).status).toBe(402);
    const refund = await provider.call('POST', '/refunds', { body: { chargeId, idempotencyKey: 'order-1' } });
    // Repetitions are answered, and not told of again.
    await take('order-1');
    await provider.call('POST', '/refunds', { body: { chargeId, idempotencyKey: 'order-1' } });
    const webhooks = await allTold();
    expect(webhooks.map(({ type }) => type)).toEqual(['charge.succeeded', 'charge.declined', 'refund.succeeded']);
    expect(webhooks.flatMap(({ deliveries }) => deliveries)).toMatchObject(
      [200, 200, 200].map((status) => ({ status })),
    );
    const dataOf = (type: string): unknown =>
      receiver.received.find(({ webhook }) => webhook.type === type)?.webhook.data;
    expect(receiver.received).toHaveLength(3);
    expect(dataOf('charge.succeeded')).toEqual(taken.body);
    expect(dataOf('charge.declined')).toEqual({ idempotencyKey: 'order-2', amount: price });
    expect(dataOf('refund.succeeded')).toEqual(refund.body);
    for (const { raw, signature } of receiver.received) {
      const [, seconds = '', hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
      expect(hex).toBe(createHmac('sha256', SECRET).update(`${seconds}.${raw}`).digest('hex'));
      expect(Math.abs(Date.now() / 1000 - Number(seconds))).toBeLessThan(60);
    }
  });

  it('come again until they are taken, whatever is in the way', async () => {
    await startService();
    receiver.answer(500);
    await take('order-1');
    await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2), WITHIN);
    expect((await book())[0]).toMatchObject({ owed: 1 });
    receiver.answer(204);
    const [webhook] = await allTold();
    expect(webhook?.deliveries.map(({ status }) => status)).toEqual([
      ...receiver.received.slice(1).map(() => 500),
      204,
    ]);
    expect(new Set(receiver.received.map(({ webhook: { id } }) => id)).size).toBe(1);
  });

  it('are not forgotten by a provider that is killed, and those that were taken are not sent again', async () => {
    await startProcess();
    await take('order-1');
    await allTold();
    receiver.answer('nothing');
    await take('order-2');
    await take('order-3', 'tok_declined');
    await eventually(() => expect(receiver.received).toHaveLength(3));
    await provider.end();
    receiver.answer(200);
    await startProcess();
    await allTold();
    expect(heard('charge.succeeded')).toEqual(['order-1', 'order-2', 'order-2']);
    expect(heard('charge.declined')).toEqual(['order-3', 'order-3']);
  });

  it('come twice by the share that the knob says, the same ones for the same seed', async () => {
    await startService();
    const twice = async (seed: number): Promise<boolean[]> => {
      await setKnobs({ 'behaviour.seed': seed, 'webhook.duplicates': 0.5 });
      const keys = Array.from({ length: 12 }, (_, n) => `${seed}-${n}-${Math.random()}`);
      for (const key of keys) await take(key);
      await allTold();
      return keys.map((key) => heard('charge.succeeded').filter((one) => one === key).length === 2);
    };
    const first = await twice(7);
    expect(new Set(first)).toEqual(new Set([true, false]));
    expect(await twice(8)).not.toEqual(first);
    expect(await twice(7)).toEqual(first);
  });

  it('wait for as long as the knob says before the first attempt', async () => {
    await startService();
    await setKnobs({ 'webhook.delayMs': 300 });
    await take('order-1');
    const [webhook] = await allTold();
    const { createdAt } = z.looseObject({ createdAt: z.iso.datetime() }).parse(webhook);
    const deliveredAt = webhook?.deliveries[0]?.at ?? createdAt;
    expect(Date.parse(deliveredAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(295);
  });

  it('are delivered although the request that they tell of was to be answered long ago', async () => {
    await startService();
    await setKnobs({ 'webhook.delayMs': 400 });
    const headers = { 'x-request-deadline': String(Date.now() + 300) };
    expect((await provider.call('POST', '/charges', { body: charge('order-1'), headers })).status).toBe(201);
    const [webhook] = await allTold();
    expect(webhook?.deliveries.map(({ status }) => status)).toEqual([200]);
  });

  it('are not made while the knob is off', async () => {
    await startService();
    await setKnobs({ 'webhook.enabled': false });
    await take('order-1');
    await setKnobs({ 'webhook.enabled': true });
    await take('order-2');
    await allTold();
    expect(heard('charge.succeeded')).toEqual(['order-2']);
  });

  it('keep no connections and no stop waiting when the receiver hangs', async () => {
    await startService();
    receiver.answer('nothing');
    await Promise.all(Array.from({ length: 30 }, (_, n) => take(`order-${n}`)));
    await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(16));
    expect(receiver.received).toHaveLength(16);
    await provider.end();
    receiver.answer(200);
    await startService();
    await allTold();
    expect(new Set(heard('charge.succeeded')).size).toBe(30);
  });

  it('need an address and a secret together', async () => {
    provider = { call: createServiceClient(1, 'none'), end: () => Promise.resolve() };
    const without = { ...env, WEBHOOK_SECRET: undefined };
    await expect(start({ env: without, knobs: createKnobs(knobDefs) })).rejects.toThrow('WEBHOOK_SECRET is missing');
  });
});
