import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { baseConfig } from '@quickbite/shared/config';
import { createKnobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
import { IDENTITY_SECRET, bearer, startTestGateway } from './testing/start-test-gateway.js';

/** Twenty of the gateway's looks: as many as a busy machine may swallow. */
const LOOK_MS = 50;
const NOTICE_MS = 1000;
const CUSTOMERS = 20;

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

/** A service of ours that takes a moment for each order, so that there is always something in hand. */
const startInstance = (port: number): Promise<RunningService> =>
  startService(
    {
      service: 'order-service',
      config: baseConfig,
      knobs: createKnobs({}),
      env: { PORT: String(port), LOG_LEVEL: 'error', IDENTITY_SECRET, DRAIN_NOTICE_MS: String(NOTICE_MS) },
    },
    () => ({
      readiness: [],
      routes: (app) => void app.post('/api/orders', (_req, res) => void setTimeout(() => res.json({}), 20)),
    }),
  );

it('loses no write while the instances of a service are replaced one after the other', async () => {
  const ports = [await freePort(), await freePort()];
  const instances = new Map(await Promise.all(ports.map(async (port) => [port, await startInstance(port)] as const)));
  closings.push(async () => {
    for (const instance of instances.values()) await instance.close();
  });
  const gateway = await startTestGateway({
    upstream: ports.map((port) => `http://127.0.0.1:${port}`).join(','),
    // Without retries: what is shown is that nothing needs one.
    knobs: { 'breaker.enabled': false, 'balancing.ejection': false, 'balancing.healthCheckMs': LOOK_MS },
  });
  closings.push(() => gateway.close());
  const bothPass = () =>
    vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
        expect(metrics.match(/upstream_passes\{[^}]*"order-service"[^}]*\} 1/g)).toHaveLength(ports.length);
      },
      { timeout: 20_000 },
    );

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
    await instances.get(port)?.close();
    instances.set(port, await startInstance(port));
    await bothPass();
  }
  going = false;
  await Promise.all(customers);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(statuses.length).toBeGreaterThan(CUSTOMERS);
});
