import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, cutsTheConnection, startLittleUpstream } from './testing/little-upstream.js';
import type { Behaviour, LittleUpstream } from './testing/little-upstream.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

let one: LittleUpstream;
let two: LittleUpstream;
const opened: TestGateway[] = [];

beforeEach(async () => {
  one = await startLittleUpstream(answers(200, { from: 'one' }));
  two = await startLittleUpstream(answers(200, { from: 'two' }));
});
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close();
  await Promise.all([one.close(), two.close()]);
});

async function open(
  knobs: Readonly<Record<string, unknown>> = {},
  upstream = `${one.url}, ${two.url}`,
): Promise<TestGateway> {
  const gateway = await startTestGateway({
    upstream,
    knobs: { 'breaker.enabled': false, 'balancing.ejection': false, 'balancing.healthCheck': 'off', ...knobs },
  });
  opened.push(gateway);
  return gateway;
}

const read = (gateway: TestGateway) => fetch(`${gateway.url}/api/orders`, { headers: { authorization: bearer() } });
const order = (gateway: TestGateway, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: { authorization: bearer(), 'content-type': 'application/json', ...headers },
    body: '{}',
  });

async function statuses(times: number, call: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const response = await call();
    await response.arrayBuffer();
    found.push(response.status);
  }
  return found;
}

const allGood = (times: number) => Array<number>(times).fill(200);
const seenByBoth = () => one.seen.length + two.seen.length;

describe('several instances of a service', () => {
  it('all get their share', async () => {
    const gateway = await open();
    expect(await statuses(60, () => read(gateway))).toEqual(allGood(60));
    expect(one.seen.length).toBeGreaterThan(10);
    expect(two.seen.length).toBeGreaterThan(10);
  });

  it('hide from clients that one is gone, because reads are repeated at another', async () => {
    const gateway = await open({ 'retry.enabled': true, 'retry.budgetPercent': 100 });
    await one.close();
    expect(await statuses(40, () => read(gateway))).toEqual(allGood(40));
  });

  it('hide from clients that one answers 503', async () => {
    const gateway = await open({ 'retry.enabled': true, 'retry.budgetPercent': 100 });
    one.behave(answers(503, {}));
    expect(await statuses(40, () => read(gateway))).toEqual(allGood(40));
  });

  it('show it without retries', async () => {
    const gateway = await open();
    await one.close();
    const found = await statuses(40, () => read(gateway));
    expect(found).toContain(502);
    expect(found).toContain(200);
  });

  it('leave out the one that keeps failing, say so in the metrics, and take it back', async () => {
    const gateway = await open({ 'balancing.ejection': true, 'balancing.ejectionMs': 500 });
    one.behave(answers(500, {}));
    await vi.waitFor(async () => expect(await statuses(20, () => read(gateway))).toEqual(allGood(20)), {
      timeout: 20_000,
      interval: 1,
    });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/upstream_ejections\{.*upstream="order-service".*\} [1-9]/);
    one.behave(answers(200, { from: 'one' }));
    one.seen.length = 0;
    await vi.waitFor(
      async () => {
        await statuses(5, () => read(gateway));
        expect(one.seen.length).toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
  });
});

describe('the health of instances', () => {
  const sick: Behaviour = (seen, res) => answers(seen.url === '/health/ready' ? 503 : 200, {})(seen, res);
  const checking = { 'balancing.healthCheck': 'ready', 'balancing.healthCheckMs': 50 };
  const passing = async (gateway: TestGateway): Promise<number> => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return metrics.match(/upstream_passes\{[^}]*"order-service"[^}]*\} 1/g)?.length ?? 0;
  };
  const until = (gateway: TestGateway, wanted: number) =>
    vi.waitFor(async () => expect(await passing(gateway)).toBe(wanted), { timeout: 20_000 });
  const orders = (upstream: LittleUpstream) => upstream.seen.filter(({ url }) => url === '/api/orders').length;

  it('keeps requests away from one that is not ready, and brings them back', async () => {
    const gateway = await open(checking);
    one.behave(sick);
    await until(gateway, 1);
    const before = orders(one);
    expect(await statuses(30, () => read(gateway))).toEqual(allGood(30));
    expect(orders(one)).toBe(before);
    one.behave(answers(200, {}));
    await until(gateway, 2);
    await statuses(60, () => read(gateway));
    expect(orders(one)).toBeGreaterThan(before + 10);
  });

  it('does not matter while only liveness is asked for', async () => {
    const gateway = await open({ ...checking, 'balancing.healthCheck': 'live' });
    one.behave(sick);
    await vi.waitFor(() => expect(one.seen.map(({ url }) => url)).toContain('/health/live'), { timeout: 20_000 });
    await statuses(60, () => read(gateway));
    expect(orders(one)).toBeGreaterThan(10);
  });

  it('leaves nobody out when none is ready: what they share may be away, and they may answer', async () => {
    const gateway = await open(checking);
    for (const upstream of [one, two]) upstream.behave(sick);
    await until(gateway, 0);
    expect(await statuses(60, () => read(gateway))).toEqual(allGood(60));
    expect(Math.min(orders(one), orders(two))).toBeGreaterThan(10);
  });
});

describe('what is repeated', () => {
  const retrying = { 'retry.enabled': true, 'retry.budgetPercent': 100 };

  it('is a write with an idempotency key whose connection was refused', async () => {
    const gateway = await open(retrying);
    await one.close();
    expect(await statuses(20, () => order(gateway, { 'idempotency-key': 'k' }))).toEqual(allGood(20));
  });

  it('is a write with an idempotency key for an instance whose name nobody knows any more, as of a container that has ended', async () => {
    const gateway = await open(retrying, `http://${'gone'.repeat(16)}:3003, ${two.url}`);
    expect(await statuses(20, () => order(gateway, { 'idempotency-key': 'k' }))).toEqual(allGood(20));
    expect(await statuses(20, () => order(gateway))).toContain(502);
  });

  it('is a write with an idempotency key that met an instance which was starting, and not one that met another 503', async () => {
    const gateway = await open(retrying);
    one.behave(answers(503, {}, { 'x-not-begun': 'starting' }));
    expect(await statuses(20, () => order(gateway, { 'idempotency-key': 'k' }))).toEqual(allGood(20));
    expect(await statuses(20, () => order(gateway))).toContain(503);
    one.behave(answers(503, {}));
    expect(await statuses(20, () => order(gateway, { 'idempotency-key': 'k' }))).toContain(503);
  });

  it('is no write without one', async () => {
    const gateway = await open(retrying);
    await one.close();
    expect(await statuses(20, () => order(gateway))).toContain(502);
  });

  it('is no write that may have been done', async () => {
    const gateway = await open(retrying);
    for (const upstream of [one, two]) upstream.behave(cutsTheConnection);
    expect((await order(gateway, { 'idempotency-key': 'k' })).status).toBe(502);
    expect(seenByBoth()).toBe(1);
  });

  it('is no request that was answered, unless another instance may do better', async () => {
    const gateway = await open(retrying);
    for (const upstream of [one, two]) upstream.behave(answers(500, {}));
    expect((await read(gateway)).status).toBe(500);
    expect(seenByBoth()).toBe(1);
  });

  it('is repeated twice and then given up', async () => {
    const gateway = await open(retrying);
    for (const upstream of [one, two]) upstream.behave(cutsTheConnection);
    expect((await read(gateway)).status).toBe(502);
    expect(seenByBoth()).toBe(3);
  });

  it('is bounded by a budget, so that an outage is not made worse', async () => {
    const gateway = await open({ ...retrying, 'retry.budgetPercent': 10 });
    for (const upstream of [one, two]) upstream.behave(cutsTheConnection);
    await statuses(100, () => read(gateway));
    expect(seenByBoth()).toBeGreaterThan(100 + 10);
    expect(seenByBoth()).toBeLessThanOrEqual(100 + 10 + 10);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(
      new RegExp(`upstream_retries{[^}]*"order-service",outcome="made"[^}]*} ${seenByBoth() - 100}\n`),
    );
  });

  it('is nothing while the breaker is open', async () => {
    const gateway = await open({ ...retrying, 'breaker.enabled': true, 'breaker.resetTimeoutMs': 60_000 });
    for (const upstream of [one, two]) upstream.behave(cutsTheConnection);
    await statuses(6, () => read(gateway));
    const before = seenByBoth();
    expect((await read(gateway)).status).toBe(503);
    expect(seenByBoth()).toBe(before);
  });
});

it('tells a service until when somebody waits for its answer', async () => {
  const gateway = await open({ 'upstream.timeoutMs': 4000 });
  const before = Date.now();
  await read(gateway);
  const [seen] = [...one.seen, ...two.seen];
  const deadline = Number(seen?.headers['x-request-deadline']);
  expect(deadline).toBeGreaterThan(before + 1000);
  expect(deadline).toBeLessThanOrEqual(Date.now() + 4001);
});
