import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnobs } from '../knobs/index.js';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { createUpstream } from '../resilience/index.js';
import type { Upstream } from '../resilience/index.js';
import { eventually } from '../testing/index.js';
import { endpoint, startHttpServer } from './index.js';
import type { StartedHttpServer } from './index.js';

const logger = createLogger({ service: 'kitchen', level: 'error' });
logger.silent = true;
const answers = { 200: { description: 'Soup' } };

describe('a request with a deadline', () => {
  const servers: StartedHttpServer[] = [];
  const upstreams: Upstream[] = [];
  let signal: AbortSignal | undefined;
  let cooked = 0;
  beforeEach(() => {
    signal = undefined;
    cooked = 0;
  });
  afterEach(async () => {
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
    await Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 0 })));
  });

  async function serve(...list: ReturnType<typeof endpoint>[]): Promise<string> {
    const server = await startHttpServer({
      service: 'kitchen',
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics: createMetrics('kitchen'),
      knobs: createKnobs({}),
      labKey: undefined,
      readiness: [],
      endpoints: { list, authorize: () => expect.fail('nobody signs in here') },
    });
    servers.push(server);
    return `http://127.0.0.1:${server.port}`;
  }

  /** Cooks at once, and says until when somebody waits for it. */
  const soup = endpoint({
    method: 'get',
    path: '/soup',
    summary: 'Cook soup',
    access: 'anyone',
    answers,
    handle: ({ req, signal: waiting }) => {
      cooked += 1;
      signal = waiting;
      return Promise.resolve({ status: 200, body: { deadline: req.headers['x-request-deadline'] } });
    },
  });
  /** Passes the order on to another service, which gets ten seconds. */
  const waiter = (kitchen: Upstream) =>
    endpoint({
      method: 'get',
      path: '/order',
      summary: 'Order soup',
      access: 'anyone',
      answers,
      handle: async () => {
        const answer = await kitchen.request({ method: 'GET', path: '/soup', timeoutMs: 10_000 });
        return { status: answer.status, body: JSON.parse(answer.body.toString()) };
      },
    });
  function upstreamOf(url: string): Upstream {
    const upstream = createUpstream('kitchen', url);
    upstreams.push(upstream);
    return upstream;
  }
  const ask = (url: string, deadline?: string) =>
    fetch(url, deadline === undefined ? {} : { headers: { 'x-request-deadline': deadline } });
  const inMs = (ms: number) => String(Date.now() + ms);

  it('is refused without work when the deadline has passed', async () => {
    const answer = await ask(`${await serve(soup)}/soup`, inMs(-5));
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({
      type: 'https://quickbite.dev/problems/deadline-exceeded',
      detail: expect.stringContaining('Nothing was done') as string,
    });
    expect(cooked).toBe(0);
  });

  it.each([
    ['to come', () => inMs(5000)],
    ['missing', () => undefined],
    ['no number', () => 'tomorrow'],
    ['in seconds instead of milliseconds', () => '1700000000'],
  ])('is served when it is %s', async (_what, deadline) => {
    expect((await ask(`${await serve(soup)}/soup`, deadline())).status).toBe(200);
    expect(cooked).toBe(1);
  });

  it('is asked about its health whatever the deadline', async () => {
    expect((await ask(`${await serve(soup)}/health/live`, inMs(-5))).status).toBe(200);
  });

  it('passes what is left of its time on to the services that it calls', async () => {
    const kitchen = await serve(soup);
    const deadline = inMs(3000);
    const answer = await ask(`${await serve(waiter(upstreamOf(kitchen)))}/order`, deadline);
    const passedOn = Number(((await answer.json()) as { deadline: string }).deadline);
    expect(Math.abs(passedOn - Number(deadline))).toBeLessThanOrEqual(2);
  });

  it('gives a call its own time when nobody said how long the request may take, or when that is longer', async () => {
    const kitchen = await serve(soup);
    const order = `${await serve(waiter(upstreamOf(kitchen)))}/order`;
    for (const deadline of [undefined, inMs(60_000)]) {
      const before = Date.now();
      const passedOn = Number(((await (await ask(order, deadline)).json()) as { deadline: string }).deadline);
      expect(passedOn).toBeGreaterThanOrEqual(before + 10_000);
      expect(passedOn).toBeLessThanOrEqual(Date.now() + 10_000);
    }
  });

  it('ends a call to another service when its time is over, long before the time of the call', async () => {
    const silent = endpoint({ ...soup, access: 'anyone', handle: () => new Promise(() => undefined) });
    const kitchen = await serve(silent);
    const started = performance.now();
    const answer = await ask(`${await serve(waiter(upstreamOf(kitchen)))}/order`, inMs(300));
    expect(answer.status).toBe(504);
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it('makes no call when the time ran out in between', async () => {
    const kitchen = upstreamOf(await serve(soup));
    const slow = endpoint({
      ...soup,
      path: '/slow',
      access: 'anyone',
      handle: async ({ signal: waiting }) => {
        if (!waiting.aborted) await once(waiting, 'abort');
        const { status } = await kitchen.request({ method: 'GET', path: '/soup', timeoutMs: 10_000 });
        return { status };
      },
    });
    const answer = await ask(`${await serve(slow)}/slow`, inMs(200));
    expect(await answer.json()).toMatchObject({ type: 'https://quickbite.dev/problems/deadline-exceeded' });
    expect(cooked).toBe(0);
  });

  it('tells its handler when the caller hangs up', async () => {
    const held = endpoint({
      ...soup,
      access: 'anyone',
      handle: ({ signal: waiting }) => {
        signal = waiting;
        return new Promise(() => undefined);
      },
    });
    const client = request(`${await serve(held)}/soup`);
    client.on('error', () => undefined);
    client.end();
    await eventually(() => expect(signal?.aborted).toBe(false));
    client.destroy();
    await eventually(() => expect(signal?.aborted).toBe(true));
  });

  it('tells its handler nothing when all is well', async () => {
    await (await ask(`${await serve(soup)}/soup`, inMs(60_000))).text();
    await expect(eventually(() => expect(signal?.aborted).toBe(true), { withinMs: 100 })).rejects.toThrow();
  });
});
