import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { startHttpServer } from '@quickbite/shared/http';
import type { StartedHttpServer } from '@quickbite/shared/http';
import { createKnobs } from '@quickbite/shared/knobs';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';

const CUSTOMERS = 20;
const GRACE_MS = 30_000;

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** A port that somebody who comes back can have again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** An instance that takes a moment for each order, so that there is always something in hand. */
const startInstance = (port: number): Promise<StartedHttpServer> =>
  startHttpServer({
    ...{ service: 'order-service', host: '127.0.0.1', port, labKey: undefined },
    logger: createLogger({ service: 'order-service', level: 'error' }),
    metrics: createMetrics('order-service'),
    knobs: createKnobs({}),
    readiness: [],
    routes: (app) => void app.post('/api/orders', (_req, res) => void setTimeout(() => res.json({}), 20)),
  });

it('loses no write while the instances of a service are replaced one after the other', async () => {
  const ports = [await freePort(), await freePort()];
  const instances = new Map(await Promise.all(ports.map(async (port) => [port, await startInstance(port)] as const)));
  closings.push(async () => {
    for (const instance of instances.values()) await instance.close({ graceMs: GRACE_MS });
  });
  const gateway = await startTestGateway({
    upstream: ports.map((port) => `http://127.0.0.1:${port}`).join(','),
    // Without retries: what is shown is that nothing needs one.
    knobs: {
      ...{ 'breaker.enabled': false, 'balancing.ejection': false, 'upstream.timeoutMs': GRACE_MS },
      'balancing.healthCheckMs': 50,
    },
  });
  closings.push(() => gateway.close());
  const gauge = async (name: string, port: number): Promise<number> => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`));
    return Number(lines.find((line) => line.includes('"order-service"') && line.includes(`:${port}"`))?.split(' ')[1]);
  };
  const until = (name: string, port: number, wanted: number) =>
    vi.waitFor(async () => expect(await gauge(name, port)).toBe(wanted), { timeout: 20_000 });

  let going = true;
  const statuses: number[] = [];
  const customers = Array.from({ length: CUSTOMERS }, async () => {
    while (going) {
      const answer = await fetch(`${gateway.url}/api/orders`, {
        method: 'POST',
        headers: { authorization: bearer(), 'content-type': 'application/json' },
        body: '{}',
      });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      await delay(5);
    }
  });
  for (const port of ports) {
    // What the notice waits for, as conditions: a service cannot see them, and gives it time.
    instances.get(port)?.retire();
    await until('upstream_passes', port, 0);
    await until('upstream_in_flight', port, 0);
    await instances.get(port)?.close({ graceMs: GRACE_MS });
    instances.set(port, await startInstance(port));
    await until('upstream_passes', port, 1);
  }
  going = false;
  await Promise.all(customers);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses.length).toBeGreaterThan(CUSTOMERS);
});
