import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { baseConfig } from '../config/index.js';
import { connectMongo, mongoReadiness } from '../database/index.js';
import { createKnobs } from '../knobs/index.js';
import type { RunningService } from '../service/index.js';
import { eventually, startEngine } from '../testing/index.js';
import { startService } from './index.js';

const PATIENT = { withinMs: 20_000 };
const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const program = (port: number) => ({
  service: 'kitchen',
  config: baseConfig,
  knobs: createKnobs({}),
  env: { PORT: String(port), LOG_LEVEL: 'error', IDENTITY_SECRET: 's'.repeat(32) },
});

describe('a service that starts', () => {
  it('says that it lives while it waits for a MongoDB that is not there yet, and serves when it is', async () => {
    const mongo = await startEngine('mongo');
    closings.push(() => mongo.stop());
    await mongo.kill();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const starting = startService(program(port), async ({ logger, opened }) => {
      logger.silent = true;
      const connection = opened(
        await connectMongo({ url: `mongodb://127.0.0.1:${mongo.port}/kitchen`, service: 'kitchen', logger }),
        (it) => it.close(),
      );
      return {
        readiness: [mongoReadiness(connection)],
        routes: (app) => void app.get('/soup', (_req, res) => void res.send('soup')),
      };
    });
    closings.push(async () => (await starting).close());

    await eventually(async () => expect((await fetch(`${url}/health/live`)).status).toBe(200), PATIENT);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'starting', checks: {} });
    const early = await fetch(`${url}/soup`);
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(early.headers.get('x-not-begun')).toBe('starting');
    expect(await early.json()).toMatchObject({
      type: 'https://quickbite.dev/problems/not-ready',
      detail: 'kitchen is starting. Try again in 1 s.',
    });

    await mongo.restart();
    await starting;
    expect(await (await fetch(`${url}/soup`)).text()).toBe('soup');
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready', checks: { mongo: 'up' } });
  });

  it('frees its port and closes what it had opened when it cannot be built', async () => {
    const port = await freePort();
    const closed: string[] = [];
    const failing = startService(program(port), ({ opened, logger }) => {
      logger.silent = true;
      opened('redis', (name) => closed.push(name));
      opened('mongo', (name) => closed.push(name));
      throw new Error('the pot is broken');
    });
    await expect(failing).rejects.toThrow('the pot is broken');
    expect(closed).toEqual(['mongo', 'redis']);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});

describe('a service that stops', () => {
  const start = (closed: string[]): Promise<RunningService> =>
    startService(program(0), ({ opened, logger }) => {
      logger.silent = true;
      for (const name of ['mongo', 'broker', 'consumer'])
        opened(name, () => {
          closed.push(name);
          if (name === 'broker') throw new Error('the broker hangs');
        });
      return { readiness: [], endStreams: () => Promise.resolve(void closed.push('streams')) };
    });

  it('gives notice first: it is unready and serves, each answer closing its connection, while whoever balances looks away', async () => {
    const service = await startService(
      { ...program(0), env: { ...program(0).env, DRAIN_NOTICE_MS: '2000' } },
      ({ logger }) => {
        logger.silent = true;
        return { readiness: [], routes: (app) => void app.get('/soup', (_req, res) => void res.send('soup')) };
      },
    );
    const url = `http://127.0.0.1:${service.port}`;
    expect((await fetch(`${url}/soup`)).headers.get('connection')).toBe('keep-alive');
    const closed = service.close();
    closings.push(() => closed);
    const soup = await fetch(`${url}/soup`);
    expect(await soup.text()).toBe('soup');
    expect(soup.headers.get('connection')).toBe('close');
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    await closed;
    await expect(fetch(`${url}/soup`)).rejects.toThrow();
  });

  it('ends streams first and closes backwards, all of it, whatever fails on the way', async () => {
    const closed: string[] = [];
    const service = await start(closed);
    await expect(service.close()).rejects.toThrow('the broker hangs');
    expect(closed).toEqual(['streams', 'consumer', 'broker', 'mongo']);
    await expect(fetch(`http://127.0.0.1:${service.port}/health/live`)).rejects.toThrow();
  });
});
