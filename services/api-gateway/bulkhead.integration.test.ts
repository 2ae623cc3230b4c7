import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { LAB_KEY, bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let slow: LittleUpstream;
let quick: LittleUpstream;
let gateway: TestGateway;
/** Answers that the slow service owes. */
let owed: ServerResponse[];

beforeEach(async () => {
  owed = [];
  slow = await startLittleUpstream((_seen, res) => void owed.push(res));
  quick = await startLittleUpstream();
  gateway = await startTestGateway({
    upstream: quick.url,
    env: { ORDER_SERVICE_URL: slow.url, RESTAURANT_SERVICE_URL: slow.url },
    knobs: { 'bulkhead.maxConcurrent': 2, 'bulkhead.maxQueue': 1, 'upstream.timeoutMs': 60_000 },
  });
});
afterEach(async () => {
  slow.behave(answers(200, {}));
  for (const res of owed) res.destroy();
  await gateway.close();
  await Promise.all([slow.close(), quick.close()]);
});

const get = (path: string) => fetch(gateway.url + path, { headers: { authorization: bearer() } });

/** Makes two calls that are under way, and one that waits. */
async function fill(path: string): Promise<{ readonly calls: readonly Promise<Response>[] }> {
  const calls = [get(path), get(path)];
  await vi.waitFor(() => expect(owed).toHaveLength(2), { timeout: 20_000 });
  calls.push(get(path));
  await vi.waitFor(
    async () =>
      expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
        /bulkhead_calls\{[^}]*state="queued"[^}]*\} 1/,
      ),
    {
      timeout: 20_000,
    },
  );
  // Not every test waits for them.
  for (const call of calls) void call.catch(() => undefined);
  return { calls };
}

describe('a full bulkhead', () => {
  it('refuses with 503 and Retry-After, does not call, and does not count against the breaker', async () => {
    const { calls } = await fill('/api/orders');
    for (let i = 0; i < 10; i += 1) {
      const refused = await get('/api/orders');
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await refused.json()).toMatchObject({ type: 'https://quickbite.dev/problems/upstream-unavailable' });
    }
    expect(slow.seen).toHaveLength(2);
    const response = await fetch(`${gateway.url}/internal/breakers`, { headers: { 'x-lab-key': LAB_KEY } });
    const { breakers } = (await response.json()) as { breakers: { name: string; state: string; stats: object }[] };
    expect(breakers.find(({ name }) => name === 'order-service')).toMatchObject({
      state: 'CLOSED',
      stats: { failed: 0, rejected: 0 },
    });
    gateway.knobs.set({ 'bulkhead.enabled': false });
    slow.behave(answers(200, {}));
    for (const res of owed) answers(200, {})({ method: '', url: '', headers: {}, body: '' }, res);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('leaves the other services alone', async () => {
    await fill('/api/orders');
    expect((await get('/api/users/me')).status).toBe(200);
  });

  it('serves who waits as soon as there is a place', async () => {
    const { calls } = await fill('/api/orders');
    slow.behave(answers(200, {}));
    owed[0]?.writeHead(200).end();
    expect((await calls[2])?.status).toBe(200);
  });

  it('answers public reads from the last good copy', async () => {
    slow.behave(answers(200, { items: ['pizza'] }));
    await (await get('/api/restaurants')).arrayBuffer();
    slow.behave((_seen, res) => void owed.push(res));
    await fill('/api/restaurants');
    const response = await get('/api/restaurants');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-fallback')).toBe('last-good');
  });
});

it('lets everything through while it is switched off', async () => {
  gateway.knobs.set({ 'bulkhead.enabled': false });
  const calls = Array.from({ length: 10 }, () => get('/api/orders'));
  await vi.waitFor(() => expect(owed).toHaveLength(10), { timeout: 20_000 });
  for (const res of owed) res.writeHead(200).end();
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(10).fill(200));
});

describe('the gateway as a whole', () => {
  const untilOneIsRefused = async (calls: readonly Promise<Response>[]): Promise<void> => {
    for (const call of calls) void call.catch(() => undefined);
    await vi.waitFor(
      async () => expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(/refused[^}]*\} [1-9]/),
      { timeout: 20_000 },
    );
  };
  const five = () => Array.from({ length: 5 }, () => get('/api/orders'));

  it('holds so many calls and refuses further ones, whoever they are for: without bulkheads one service fills it', async () => {
    gateway.knobs.set({ 'bulkhead.enabled': false, 'upstream.maxCalls': 4 });
    const calls = five();
    await untilOneIsRefused(calls);
    const refused = await get('/api/users/me');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({
      detail: 'api-gateway is busy: too many calls are under way. Retry in 1 s.',
    });
    expect(quick.seen).toHaveLength(0);
    for (const res of owed) res.writeHead(200).end();
    await Promise.all(calls);
    expect((await get('/api/users/me')).status).toBe(200);
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(/gateway_calls\{[^}]*"running"[^}]*\} 0/);
  });

  it('is not filled by one service that has a bulkhead, whose refusals give their places back', async () => {
    gateway.knobs.set({ 'upstream.maxCalls': 4 });
    await untilOneIsRefused(five());
    expect((await get('/api/users/me')).status).toBe(200);
  });
});
