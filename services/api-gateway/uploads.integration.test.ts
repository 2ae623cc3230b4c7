import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startReadingUpstream } from './testing/reading-upstream.js';
import type { ReadingUpstream } from './testing/reading-upstream.js';
import { startGatewayProcess } from './testing/start-gateway-process.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'abcdefghij');
const LIMIT_MB = 40;
const PATIENT = { timeout: 20_000, interval: 50 };

let upstream: ReadingUpstream;
let gateway: TestGateway;
let agent: Agent;

beforeEach(async () => {
  // A client that asks for its connection to be closed may be cut off while it still writes, before it has read a refusal.
  agent = new Agent({ keepAlive: true });
  upstream = await startReadingUpstream();
  gateway = await startTestGateway({
    upstream: upstream.url,
    env: { MAX_UPLOAD_BYTES: String(LIMIT_MB * MEGABYTE.length) },
  });
});
afterEach(async () => {
  agent.destroy();
  await gateway.close();
  await upstream.close();
});

/** An upload that the test writes itself; the menus of a restaurant, say. */
function open(url: string, headers: OutgoingHttpHeaders = {}): ClientRequest {
  const client = request(`${url}/api/restaurants`, {
    method: 'POST',
    agent,
    headers: { authorization: bearer(), 'content-type': 'text/csv', ...headers },
  });
  client.on('error', () => undefined);
  return client;
}

async function answerOf(client: ClientRequest): Promise<{ status: number | undefined; body: unknown }> {
  const [response] = (await once(client, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, body: JSON.parse(text) };
}

/** Writes as fast as it is taken. @returns the megabytes that were taken so far */
function write(client: ClientRequest, megabytes: number): () => number {
  let written = 0;
  const more = (): void => {
    while (written < megabytes) {
      written += 1;
      if (!client.write(MEGABYTE)) return void client.once('drain', more);
    }
    client.end();
  };
  more();
  return () => written;
}

function hashOf(megabytes: number): string {
  const hash = createHash('sha256');
  for (let i = 0; i < megabytes; i += 1) hash.update(MEGABYTE);
  return hash.digest('hex');
}

const breakerFailures = () =>
  fetch(`${gateway.url}/metrics`)
    .then((response) => response.text())
    .then(
      (text) => /circuit_breaker_calls\{.*upstream="restaurant-service",outcome="failed".*\} (\d+)/.exec(text)?.[1],
    );

describe('a large body', () => {
  it.each([
    ['with its length', { 'content-length': 30 * MEGABYTE.length }],
    ['in chunks', {}],
  ])('arrives whole, %s', async (_how, headers) => {
    const client = open(gateway.url, headers);
    write(client, 30);
    expect(await answerOf(client)).toEqual({
      status: 200,
      body: { bytes: 30 * MEGABYTE.length, hash: hashOf(30) },
    });
    expect(upstream.taken[0]?.headers).toMatchObject({
      'content-type': 'text/csv',
      ...('content-length' in headers && { 'content-length': String(30 * MEGABYTE.length) }),
    });
    // How long an upload takes is not known when it begins.
    expect(upstream.taken[0]?.headers['x-request-deadline']).toBeUndefined();
  });

  it('waits for the service: the gateway does not collect it', async () => {
    let read = (): void => undefined;
    upstream.behave((_req, _res, begin) => (read = begin));
    const client = open(gateway.url);
    const written = write(client, LIMIT_MB);
    let before = -1;
    await vi.waitFor(
      () => {
        const [now, was] = [written(), before];
        before = now;
        expect(upstream.taken).toHaveLength(1);
        expect(now).toBe(was);
      },
      { timeout: 20_000, interval: 300 },
    );
    // What is under way sits in the buffers of the sockets.
    expect(written()).toBeLessThan(LIMIT_MB / 2);
    read();
    expect(await answerOf(client)).toMatchObject({ status: 200, body: { bytes: LIMIT_MB * MEGABYTE.length } });
  });

  it('takes the gateway no memory to speak of', async () => {
    const apart = await startGatewayProcess({
      upstream: upstream.url,
      redisUrl: 'redis://127.0.0.1:1',
      env: { MAX_UPLOAD_BYTES: String(200 * MEGABYTE.length) },
    });
    try {
      const before = await apart.memory();
      const client = open(apart.url);
      write(client, 150);
      const answered = answerOf(client);
      let most = 0;
      const state = { done: false };
      void answered.finally(() => (state.done = true));
      while (!state.done) most = Math.max(most, await apart.memory());
      expect(await answered).toMatchObject({ status: 200, body: { bytes: 150 * MEGABYTE.length } });
      expect(most - before).toBeLessThan(75 * MEGABYTE.length);
    } finally {
      await apart.stop();
    }
  });
});

describe('a body beyond the limit', () => {
  it('is refused before the service hears of it, when it says how large it is', async () => {
    const client = open(gateway.url, { 'content-length': LIMIT_MB * MEGABYTE.length + 1 });
    client.write('a');
    expect(await answerOf(client)).toMatchObject({
      status: 413,
      body: { type: 'https://quickbite.dev/problems/body-too-large' },
    });
    client.destroy();
    expect(upstream.taken).toEqual([]);
  });

  it('is refused in the middle otherwise: 413 for the client, a cut connection for the service', async () => {
    const client = open(gateway.url);
    write(client, LIMIT_MB + 5);
    expect((await answerOf(client)).status).toBe(413);
    await vi.waitFor(() => expect(upstream.taken.map(({ outcome }) => outcome)).toEqual(['cut']), PATIENT);
    expect(upstream.taken[0]?.bytes).toBeLessThanOrEqual(LIMIT_MB * MEGABYTE.length);
    expect(await breakerFailures()).toBe('0');
  });
});

describe('an upload that breaks', () => {
  it('ends at the service when its client hangs up, which is not the service’s failure', async () => {
    gateway.knobs.set({ 'breaker.volumeThreshold': 1 });
    upstream.behave((_req, _res, read) => read());
    for (let i = 1; i <= 3; i += 1) {
      const client = open(gateway.url);
      client.write(MEGABYTE);
      await vi.waitFor(() => expect(upstream.taken[i - 1]?.bytes).toBeGreaterThan(0), PATIENT);
      client.destroy();
      await vi.waitFor(() => expect(upstream.taken[i - 1]?.outcome).toBe('cut'), PATIENT);
    }
    expect(await breakerFailures()).toBe('0');
    const after = open(gateway.url);
    write(after, 1);
    expect((await answerOf(after)).status).toBe(200);
  });

  it('is given up when its client falls silent, which is not the service’s failure either', async () => {
    gateway.knobs.set({ 'upstream.timeoutMs': 300 });
    const client = open(gateway.url);
    client.write(MEGABYTE);
    const { status, body } = await answerOf(client);
    expect([status, body]).toMatchObject([400, { detail: expect.stringContaining('Nothing of the body') as string }]);
    await vi.waitFor(() => expect(upstream.taken[0]?.outcome).toBe('cut'), PATIENT);
    expect(await breakerFailures()).toBe('0');
  });

  it('may take longer than a call, as long as it goes on', async () => {
    gateway.knobs.set({ 'upstream.timeoutMs': 400 });
    const client = open(gateway.url);
    const started = performance.now();
    const answered = answerOf(client);
    while (performance.now() - started < 1200) {
      client.write('a little more');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    client.end();
    expect((await answered).status).toBe(200);
  });

  it('is a failure of the service that hangs up in the middle, or takes nothing, and is not repeated', async () => {
    gateway.knobs.set({ 'retry.enabled': true, 'upstream.timeoutMs': 500 });
    upstream.behave((req) => void req.once('data', () => req.destroy()));
    const broken = open(gateway.url, { 'idempotency-key': 'k1' });
    write(broken, 5);
    expect((await answerOf(broken)).status).toBe(502);
    upstream.behave(() => undefined);
    const stuck = open(gateway.url, { 'idempotency-key': 'k2' });
    write(stuck, 30);
    expect((await answerOf(stuck)).status).toBe(504);
    expect(upstream.taken).toHaveLength(2);
    expect(await breakerFailures()).toBe('2');
  });

  it('passes on what the service says before it has read everything', async () => {
    upstream.behave(
      (_req, res) => void res.writeHead(403, { 'content-type': 'application/json' }).end('{"why":"not yours"}'),
    );
    const client = open(gateway.url);
    write(client, 20);
    expect(await answerOf(client)).toEqual({ status: 403, body: { why: 'not yours' } });
  });
});
