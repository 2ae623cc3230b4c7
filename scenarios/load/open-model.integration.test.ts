import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { browse } from './browse.js';
import { startOpenModel } from './open-model.js';
import { seededRandom } from './random.js';
import { someData } from '../testing/some-data.js';
import { latencyOf, Samples } from './samples.js';

/** A server that answers at once, except that for a while it keeps everybody waiting. */
async function stallingServer(): Promise<{ url: string; stall(ms: number): void } & AsyncDisposable> {
  let until = 0;
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('{}'), Math.max(0, until - Date.now()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stall: (ms) => void (until = Date.now() + ms),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const plan = (rate: number) => browse({ rate }).plan(someData(['a', 'b', 'c']), seededRandom(1));

test('the rate stays the same while the server stalls, and the wait counts from the intended time', async () => {
  await using server = await stallingServer();
  const load = startOpenModel({ targets: [server.url], plan: plan(100), timeoutMs: 5_000 });
  await delay(500);
  server.stall(500);
  await delay(1_000);
  const sentBeforeStop = load.samples.length + load.waiting;
  await load.stop('drain');
  const samples = new Samples(load.samples);
  expect(samples.failed.count).toBe(0);
  expect(sentBeforeStop).toBeGreaterThan(140);
  expect(sentBeforeStop).toBeLessThan(200);
  // A closed model would have one slow request here; the open one has everybody of that half second.
  const slow = samples.where((sample) => latencyOf(sample) > 100);
  expect(slow.count).toBeGreaterThan(30);
  expect(samples.latency(100)).toBeGreaterThan(400);
  expect(samples.peakWaiting(0, Infinity)).toBeGreaterThan(40);
});

test('an abandoned load ends at once, and says of each request in flight that it got no answer', async () => {
  await using server = await stallingServer();
  server.stall(60_000);
  const load = startOpenModel({ targets: [server.url], plan: plan(100), timeoutMs: 30_000 });
  await expect.poll(() => load.waiting).toBeGreaterThan(10);
  const started = Date.now();
  await load.stop('abandon');
  expect(Date.now() - started).toBeLessThan(1_000);
  expect(load.samples.every((sample) => sample.status === undefined && sample.error !== undefined)).toBe(true);
});
