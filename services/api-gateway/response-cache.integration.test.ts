import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { Behaviour, LittleUpstream } from './testing/little-upstream.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let upstream: LittleUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startLittleUpstream(answers(200, { items: ['pizza'] }, { 'x-cache': 'miss' }));
  gateway = await startTestGateway({
    upstream: upstream.url,
    knobs: { 'responseCache.enabled': true, 'responseCache.ttlMs': 60_000 },
  });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const read = (headers: Record<string, string> = {}, path = '/api/restaurants') =>
  fetch(gateway.url + path, { headers });
const cacheStatus = ({ headers }: Response) => headers.get('cache-status');

describe('a fresh copy', () => {
  it('answers without asking the service, and says so', async () => {
    expect(cacheStatus(await read())).toBe('QuickBite; fwd=uri-miss; stored');
    const second = await read();
    expect(cacheStatus(second)).toMatch(/^QuickBite; hit; ttl=\d+$/);
    expect(second.headers.get('age')).toBe('0');
    expect(second.headers.get('x-cache')).toBe('miss');
    expect(second.headers.get('x-fallback')).toBeNull();
    expect(await second.json()).toEqual({ items: ['pizza'] });
    expect(upstream.seen).toHaveLength(1);
  });

  it('answers only for its own path and query', async () => {
    await read();
    await read({}, '/api/restaurants?page=2');
    await read({}, '/api/restaurants/r1');
    expect(upstream.seen).toHaveLength(3);
  });

  it('answers HEAD without the body', async () => {
    await read();
    const head = await fetch(`${gateway.url}/api/restaurants`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('19');
    expect(upstream.seen).toHaveLength(1);
  });

  it.each([
    ['the same ETag', (etag: string) => etag],
    ['a list with it', (etag: string) => `"other", W/${etag}`],
    ['any', () => '*'],
  ])('answers 304 to a client that has %s', async (_what, conditionOf) => {
    const etag = (await read()).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const response = await read({ 'if-none-match': conditionOf(etag) });
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(etag);
    expect(await response.text()).toBe('');
    expect((await read({ 'if-none-match': '"other"' })).status).toBe(200);
    expect(upstream.seen).toHaveLength(1);
  });

  it('ends with a change at the service', async () => {
    await read();
    upstream.behave(answers(200, { items: ['pasta'] }));
    const changed = await fetch(`${gateway.url}/api/restaurants/r1`, {
      method: 'PATCH',
      headers: { authorization: bearer(), 'content-type': 'application/json' },
      body: '{"name":"pasta"}',
    });
    expect(changed.status).toBe(200);
    expect(await (await read()).json()).toEqual({ items: ['pasta'] });
  });

  it('ends with its time', async () => {
    gateway.knobs.set({ 'responseCache.ttlMs': 0 });
    await read();
    expect(cacheStatus(await read())).toBe('QuickBite; fwd=stale; stored');
    expect(upstream.seen).toHaveLength(2);
  });
});

describe('what the service says about copies', () => {
  it('goes before the time of the knob', async () => {
    gateway.knobs.set({ 'responseCache.ttlMs': 0 });
    upstream.behave(answers(200, {}, { 'cache-control': 'max-age=60' }));
    await read();
    expect(cacheStatus(await read())).toMatch(/hit/);
  });

  it.each(['no-store', 'private'])('is obeyed: %s is never copied, not even for an outage', async (control) => {
    upstream.behave(answers(200, {}, { 'cache-control': control }));
    await read();
    await read();
    expect(upstream.seen).toHaveLength(2);
    upstream.behave(answers(500, {}));
    expect((await read()).status).toBe(500);
  });

  it('is asked for by its ETag: a 304 makes the copy fresh again', async () => {
    const versioned: Behaviour = (seen, res) => {
      if (seen.headers['if-none-match'] === 'W/"v1"') res.writeHead(304).end();
      else answers(200, { items: ['v1'] }, { etag: 'W/"v1"' })(seen, res);
    };
    upstream.behave(versioned);
    gateway.knobs.set({ 'responseCache.ttlMs': 0 });
    await read();
    gateway.knobs.set({ 'responseCache.ttlMs': 60_000 });
    const again = await read();
    expect(again.status).toBe(200);
    expect(cacheStatus(again)).toBe('QuickBite; fwd=stale; fwd-status=304; stored');
    expect(await again.json()).toEqual({ items: ['v1'] });
    expect(cacheStatus(await read())).toMatch(/hit/);
    expect(upstream.seen).toHaveLength(2);
  });

  it('is not taken for an answer to everybody when it is an error', async () => {
    upstream.behave(answers(404, {}));
    await read();
    await read();
    expect(upstream.seen).toHaveLength(2);
  });
});

describe('many who ask for the same at the same time', () => {
  it('are one question to the service', async () => {
    let answer: (() => void) | undefined;
    upstream.behave((seen, res) => {
      answer = () => answers(200, { items: [] })(seen, res);
    });
    const reads = Array.from({ length: 20 }, () => read());
    await vi.waitFor(() => expect(answer).toBeDefined(), { timeout: 20_000 });
    // All of them are at the gateway once its metrics, asked for later, have been answered over the same few connections.
    await (await fetch(`${gateway.url}/metrics`)).text();
    answer?.();
    const responses = await Promise.all(reads);
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(upstream.seen).toHaveLength(1);
    expect(responses.map(cacheStatus)).toContain('QuickBite; fwd=uri-miss; stored; collapsed');
  });

  it('share its failure as well', async () => {
    let fail: (() => void) | undefined;
    upstream.behave((_seen, res) => {
      fail = () => res.destroy();
    });
    const reads = Array.from({ length: 5 }, () => read());
    await vi.waitFor(() => expect(fail).toBeDefined(), { timeout: 20_000 });
    await (await fetch(`${gateway.url}/metrics`)).text();
    fail?.();
    upstream.behave(answers(200, {}));
    expect((await Promise.all(reads)).map(({ status }) => status)).toContain(502);
    expect((await read()).status).toBe(200);
  });
});

it('serves a stale copy when the service fails, until Cache-Control forbids it', async () => {
  upstream.behave(answers(200, { items: ['pizza'] }, { 'cache-control': 'max-age=0' }));
  await read();
  upstream.behave(answers(500, {}));
  const stale = await read();
  expect(stale.headers.get('x-fallback')).toBe('last-good');
  expect(cacheStatus(stale)).toBe('QuickBite; detail=stale-if-error');
  upstream.behave(answers(200, {}, { 'cache-control': 'max-age=0, must-revalidate' }));
  await read();
  upstream.behave(answers(500, {}));
  expect((await read()).status).toBe(500);
});

it('asks the service each time while it is switched off', async () => {
  gateway.knobs.set({ 'responseCache.enabled': false });
  await read();
  expect(cacheStatus(await read())).toBeNull();
  expect(upstream.seen).toHaveLength(2);
});

it('keeps nothing of what belongs to an account', async () => {
  const orders = () => fetch(`${gateway.url}/api/orders`, { headers: { authorization: bearer() } });
  expect(cacheStatus(await orders())).toBeNull();
  await orders();
  expect(upstream.seen).toHaveLength(2);
});
