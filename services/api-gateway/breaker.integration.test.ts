import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BreakerSnapshot } from '@quickbite/shared/resilience';
import { answers, cutsTheConnection, hangs, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { LAB_KEY, bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let upstream: LittleUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startLittleUpstream();
  gateway = await startTestGateway({ upstream: upstream.url, knobs: { 'breaker.resetTimeoutMs': 60_000 } });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

/** Makes the upstream hang, and the gateway lose patience soon: only here, or a busy machine would look like a hanging one. */
function hangForTheGateway(): void {
  gateway.knobs.set({ 'upstream.timeoutMs': 100 });
  upstream.behave(hangs);
}

const restaurants = (query = '') => fetch(`${gateway.url}/api/restaurants${query}`);
const orders = () => fetch(`${gateway.url}/api/orders`, { headers: { authorization: bearer() } });

async function breaker(name: string): Promise<BreakerSnapshot> {
  const response = await fetch(`${gateway.url}/internal/breakers`, { headers: { 'x-lab-key': LAB_KEY } });
  const { breakers } = (await response.json()) as { breakers: BreakerSnapshot[] };
  const found = breakers.find((snapshot) => snapshot.name === name);
  if (!found) throw new Error(`there is no breaker ${name}`);
  return found;
}

async function times(count: number, call: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const response = await call();
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

describe('what opens the breaker of an upstream', () => {
  it('is not a 4xx, however often', async () => {
    upstream.behave(answers(404, { type: 'about:blank' }));
    expect(await times(20, orders)).toEqual(Array(20).fill(404));
    expect(await breaker('order-service')).toMatchObject({ state: 'CLOSED', stats: { succeeded: 20, failed: 0 } });
  });

  it('is 5xx answers: they are passed on until it opens, then answered 503 with Retry-After and not called', async () => {
    upstream.behave(answers(500, { from: 'upstream' }));
    expect(await times(5, orders)).toEqual(Array(5).fill(500));
    const refused = await orders();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await refused.json()).toMatchObject({ type: 'https://quickbite.dev/problems/upstream-unavailable' });
    expect(upstream.seen).toHaveLength(5);
    expect(await breaker('order-service')).toMatchObject({
      state: 'OPEN',
      transitions: [{ from: 'CLOSED', to: 'OPEN' }],
      stats: { fired: 5, failed: 5, rejected: 1, timedOut: 0, fallbacks: 0 },
    });
  });

  it('is answers that do not come: 504 each, and then nobody waits any more', async () => {
    hangForTheGateway();
    expect(await times(6, orders)).toEqual([504, 504, 504, 504, 504, 503]);
    expect(await breaker('order-service')).toMatchObject({ state: 'OPEN', stats: { timedOut: 5 }, inFlight: 0 });
  });

  it('is connections that break: 502 each', async () => {
    upstream.behave(cutsTheConnection);
    expect(await times(6, orders)).toEqual([502, 502, 502, 502, 502, 503]);
  });

  it('is not the failure of another upstream', async () => {
    upstream.behave(answers(500, {}));
    await times(5, orders);
    upstream.behave(answers(200, {}));
    expect(await times(1, restaurants)).toEqual([200]);
    expect((await breaker('restaurant-service')).state).toBe('CLOSED');
  });

  it('is nothing while it is switched off: every request calls, and waits', async () => {
    gateway.knobs.set({ 'breaker.enabled': false });
    hangForTheGateway();
    expect(await times(10, orders)).toEqual(Array(10).fill(504));
    expect(upstream.seen).toHaveLength(10);
  });

  it('shows in the metrics', async () => {
    upstream.behave(answers(500, {}));
    await times(6, orders);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('circuit_breaker_state{upstream="order-service",service="api-gateway"} 2');
    expect(metrics).toContain('circuit_breaker_state{upstream="user-service",service="api-gateway"} 0');
    expect(metrics).toMatch(/circuit_breaker_calls\{upstream="order-service",outcome="rejected",.*\} 1/);
  });
});

describe('an open breaker', () => {
  beforeEach(async () => {
    gateway.knobs.set({ 'breaker.resetTimeoutMs': 1000 });
    upstream.behave(answers(500, {}));
    await times(5, orders);
    expect((await breaker('order-service')).state).toBe('OPEN');
  });

  it('lets one trial through after its time, and closes when that succeeds', async () => {
    upstream.behave(answers(200, {}));
    await vi.waitFor(async () => expect((await orders()).status).toBe(200), { timeout: 20_000, interval: 20 });
    const { state, transitions } = await breaker('order-service');
    expect(state).toBe('CLOSED');
    expect(transitions.map(({ to }) => to)).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
    expect(upstream.seen).toHaveLength(6);
  });

  it('lets only one of many through as the trial, and opens again when that fails', async () => {
    await vi.waitFor(async () => expect((await breaker('order-service')).state).toBe('HALF_OPEN'), { timeout: 20_000 });
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await orders()).status));
    expect(statuses.filter((status) => status === 500)).toHaveLength(1);
    expect(statuses.filter((status) => status === 503)).toHaveLength(9);
    const { transitions } = await breaker('order-service');
    expect(transitions.map(({ to }) => to).slice(0, 3)).toEqual(['OPEN', 'HALF_OPEN', 'OPEN']);
  });
});

describe('the last good answer', () => {
  const good = answers(200, { items: ['pizza'] }, { 'x-cache': 'hit', 'cache-control': 'max-age=60' });

  beforeEach(async () => {
    upstream.behave(good);
    await times(1, restaurants);
  });

  it.each([
    ['does not answer', () => hangForTheGateway()],
    ['cuts the connection', () => upstream.behave(cutsTheConnection)],
    ['answers 500', () => upstream.behave(answers(500, {}))],
    ['answers 503', () => upstream.behave(answers(503, {}))],
  ])('is served with its age when the upstream %s, before and after the breaker opens', async (_what, fail) => {
    fail();
    for (let i = 0; i < 8; i += 1) {
      const response = await restaurants();
      expect(response.status).toBe(200);
      expect(response.headers.get('x-fallback')).toBe('last-good');
      expect(Number(response.headers.get('age'))).toBeGreaterThanOrEqual(0);
      expect(response.headers.get('x-cache')).toBeNull();
      expect(await response.json()).toEqual({ items: ['pizza'] });
    }
    const { state, stats } = await breaker('restaurant-service');
    expect(state).toBe('OPEN');
    expect(stats.fallbacks).toBe(8);
    expect(upstream.seen.length).toBeLessThan(8);
  });

  it('belongs to its path and query: another page has none', async () => {
    upstream.behave(answers(500, {}));
    expect((await restaurants('?page=2')).status).toBe(500);
  });

  it('is never a 404, which is an answer', async () => {
    upstream.behave(answers(404, {}));
    const response = await restaurants();
    expect(response.status).toBe(404);
    expect(response.headers.get('x-fallback')).toBeNull();
  });

  it('is not given while the fallback is switched off', async () => {
    gateway.knobs.set({ 'fallback.enabled': false });
    upstream.behave(answers(500, {}));
    // The good answer was the first of the five calls after which it may open.
    expect(await times(6, restaurants)).toEqual([500, 500, 500, 500, 503, 503]);
  });

  it('is not given while the breaker is switched off: it belongs to the breaker', async () => {
    gateway.knobs.set({ 'breaker.enabled': false });
    hangForTheGateway();
    expect(await times(6, restaurants)).toEqual(Array(6).fill(504));
  });

  it('is never one person’s answer for another', async () => {
    upstream.behave(answers(200, { orders: ['mine'] }));
    await times(1, orders);
    upstream.behave(answers(500, {}));
    expect((await orders()).status).toBe(500);
  });

  it('gives way to a fresh answer when the upstream is back', async () => {
    gateway.knobs.set({ 'breaker.resetTimeoutMs': 200 });
    upstream.behave(answers(500, {}));
    await times(6, restaurants);
    upstream.behave(answers(200, { items: ['pasta'] }));
    await vi.waitFor(
      async () => {
        const response = await restaurants();
        expect(response.headers.get('x-fallback')).toBeNull();
        expect(await response.json()).toEqual({ items: ['pasta'] });
      },
      { timeout: 20_000, interval: 20 },
    );
  });
});
