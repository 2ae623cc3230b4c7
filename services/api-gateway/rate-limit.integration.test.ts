import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let engine: StartedEngine;
let upstream: LittleUpstream;
const gateways: TestGateway[] = [];

beforeAll(async () => {
  engine = await startEngine('redis');
  upstream = await startLittleUpstream();
});
afterAll(async () => {
  await upstream.close();
  await engine.stop();
});
beforeEach(() => {
  upstream.seen.length = 0;
  upstream.behave(answers(200, { ok: true }));
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

/** A gateway behind a trusted proxy, so that a test can be any client. */
async function open(knobs: Readonly<Record<string, unknown>> = {}, env: Readonly<Record<string, string>> = {}) {
  const gateway = await startTestGateway({
    upstream: upstream.url,
    redisUrl: `redis://127.0.0.1:${engine.port}`,
    knobs: { 'rateLimit.enabled': true, ...knobs },
    // A machine that is busy with other tests must not make the gateway give Redis up.
    env: { TRUST_PROXY: 'loopback', REDIS_TIMEOUT_MS: '10000', ...env },
  });
  gateways.push(gateway);
  await vi.waitFor(async () => expect(await redisOf(gateway)).toBe('up'), { timeout: 20_000 });
  return gateway;
}

async function redisOf(gateway: TestGateway): Promise<string> {
  const ready = await fetch(`${gateway.url}/health/ready`);
  return ((await ready.json()) as { checks: { redis: string } }).checks.redis;
}

const someone = () => `198.51.${randomInt(256)}.${randomInt(256)}`;
const read = (gateway: TestGateway, client: string) =>
  fetch(`${gateway.url}/api/restaurants`, { headers: { 'x-forwarded-for': client } });
const login = (gateway: TestGateway, client: string) =>
  fetch(`${gateway.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'x-forwarded-for': client, 'content-type': 'application/json' },
    body: '{}',
  });
const write = (gateway: TestGateway, client: string) =>
  fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: { 'x-forwarded-for': client, authorization: bearer(), 'content-type': 'application/json' },
    body: '{}',
  });

async function statuses(count: number, call: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) found.push((await call()).status);
  return found;
}

describe('reads', () => {
  it('are 100 in 15 minutes for each client; what is left is in the headers', async () => {
    const gateway = await open();
    const client = someone();
    const first = await read(gateway, client);
    expect(first.headers.get('ratelimit-policy')).toBe('"general";q=100;w=900');
    expect(first.headers.get('ratelimit')).toBe('"general";r=99;t=900');
    expect(await statuses(99, () => read(gateway, client))).toEqual(Array(99).fill(200));
    const refused = await read(gateway, client);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"general";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(await refused.json()).toMatchObject({ type: 'https://quickbite.dev/problems/too-many-requests' });
    expect(upstream.seen).toHaveLength(100);
    expect((await read(gateway, someone())).status).toBe(200);
  });

  it('have a budget of their own: writes and sign-ins go on', async () => {
    const gateway = await open({ 'rateLimit.general.limit': 1 });
    const client = someone();
    expect(await statuses(2, () => read(gateway, client))).toEqual([200, 429]);
    expect((await write(gateway, client)).status).toBe(200);
    expect((await login(gateway, client)).status).toBe(200);
  });

  it('are not limited while the limits are switched off', async () => {
    const gateway = await open({ 'rateLimit.general.limit': 1, 'rateLimit.enabled': false });
    const client = someone();
    expect(await statuses(3, () => read(gateway, client))).toEqual([200, 200, 200]);
  });
});

describe('writes', () => {
  it('are 20 in a minute', async () => {
    const gateway = await open();
    const client = someone();
    expect(await statuses(21, () => write(gateway, client))).toEqual([...Array<number>(20).fill(200), 429]);
    expect((await read(gateway, client)).status).toBe(200);
  });
});

describe('sign-ins', () => {
  it('may fail 5 times in 15 minutes', async () => {
    const gateway = await open();
    const client = someone();
    upstream.behave(answers(401, {}));
    expect(await statuses(7, () => login(gateway, client))).toEqual([401, 401, 401, 401, 401, 429, 429]);
    upstream.behave(answers(200, {}));
    expect((await login(gateway, client)).status).toBe(429);
    expect(upstream.seen).toHaveLength(5);
  });

  it('may succeed as often as they like, one after the other or all at once', async () => {
    const gateway = await open();
    const client = someone();
    expect(await statuses(10, () => login(gateway, client))).toEqual(Array(10).fill(200));
    upstream.behave((_seen, res) => void setTimeout(() => answers(200, {})(_seen, res), 30));
    const atOnce = await Promise.all(Array.from({ length: 20 }, async () => (await login(gateway, client)).status));
    expect(atOnce).toEqual(Array(20).fill(200));
  });

  it('cannot be guessed in parallel: of many at once, five reach the service', async () => {
    const gateway = await open();
    const client = someone();
    upstream.behave((_seen, res) => void setTimeout(() => answers(401, {})(_seen, res), 30));
    const atOnce = await Promise.all(Array.from({ length: 20 }, async () => (await login(gateway, client)).status));
    expect(atOnce.filter((status) => status === 401)).toHaveLength(5);
    expect(atOnce.filter((status) => status === 429)).toHaveLength(15);
    expect(upstream.seen).toHaveLength(5);
  });

  it('count when the client hangs up before the answer', async () => {
    const gateway = await open({ 'rateLimit.auth.limit': 1 });
    const client = someone();
    upstream.behave(() => undefined);
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      `POST /api/auth/login HTTP/1.1\r\nhost: gateway\r\nx-forwarded-for: ${client}\r\n` +
        'content-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    );
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(1), { timeout: 20_000 });
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    upstream.behave(answers(200, {}));
    expect((await login(gateway, client)).status).toBe(429);
  });

  it('do not count when the service behind fails', async () => {
    const gateway = await open({ 'breaker.enabled': false });
    const client = someone();
    upstream.behave(answers(500, {}));
    expect(await statuses(7, () => login(gateway, client))).toEqual(Array(7).fill(500));
  });
});

describe('several gateways', () => {
  it('share one limit', async () => {
    const knobs = { 'rateLimit.general.limit': 6 };
    const [one, two] = [await open(knobs), await open(knobs)];
    const client = someone();
    const found = [];
    for (let i = 0; i < 4; i += 1) found.push((await read(one, client)).status, (await read(two, client)).status);
    expect(found).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
  });

  it('count each for itself where a lab says so', async () => {
    const [one, two] = [await open({ 'rateLimit.store': 'local' }), await open({ 'rateLimit.store': 'local' })];
    const client = someone();
    expect(await statuses(21, () => write(one, client))).toEqual([...Array<number>(20).fill(200), 429]);
    expect(await statuses(21, () => write(two, client))).toEqual([...Array<number>(20).fill(200), 429]);
  });
});

describe('while Redis is away', () => {
  afterEach(async () => {
    await engine.restart();
  });

  it('each gateway answers and limits alone, and shares again when it is back', async () => {
    const gateway = await open({ 'rateLimit.general.limit': 3 });
    await engine.kill();
    const client = someone();
    expect(await statuses(4, () => read(gateway, client))).toEqual([200, 200, 200, 429]);
    await engine.restart();
    await vi.waitFor(async () => expect(await redisOf(gateway)).toBe('up'), { timeout: 20_000 });
    await vi.waitFor(async () => expect((await read(gateway, client)).status).toBe(200), { timeout: 20_000 });
  });

  it('a Redis that hangs costs one request the timeout, not each', async () => {
    const gateway = await open({ 'rateLimit.general.limit': 30 }, { REDIS_TIMEOUT_MS: '800' });
    const client = someone();
    await read(gateway, client);
    engine.pause();
    const started = performance.now();
    expect(await statuses(10, () => read(gateway, client))).toEqual(Array(10).fill(200));
    expect(performance.now() - started).toBeLessThan(7 * 800);
    engine.resume();
  });
});

describe('who a client is', () => {
  const knobs = { 'rateLimit.general.limit': 2 };

  it('is the address that a trusted proxy saw: what the client claims before it does not matter', async () => {
    const gateway = await open(knobs);
    const client = someone();
    const found = [];
    for (const claimed of ['1.1.1.1', '2.2.2.2', '3.3.3.3'])
      found.push((await read(gateway, `${claimed}, ${client}`)).status);
    expect(found).toEqual([200, 200, 429]);
  });

  it('is the address of the connection when no proxy is trusted: the header changes nothing', async () => {
    const direct = await open(knobs, { TRUST_PROXY: '' });
    expect(await statuses(3, () => read(direct, someone()))).toEqual([200, 200, 429]);
  });

  it('is a whole /64 of IPv6', async () => {
    const gateway = await open(knobs);
    const network = `2001:db8:${randomInt(65536).toString(16)}:${randomInt(65536).toString(16)}`;
    const found = [];
    for (const address of [`${network}::1`, `${network}:a:b:c:d`, `${network}::2`])
      found.push((await read(gateway, address)).status);
    expect(found).toEqual([200, 200, 429]);
  });
});
