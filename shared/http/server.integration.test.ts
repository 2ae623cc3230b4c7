import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { json } from 'express';
import type { Express } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER, signIdentity } from '../identity/index.js';
import { createKnobs, knob } from '../knobs/index.js';
import { createLogger, currentContext } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually } from '../testing/index.js';
import { createAuthorize, startHttpServer } from './index.js';
import type { HttpServerOptions, StartedHttpServer } from './index.js';

const LAB_KEY = 'a key of the lab that is long';
const SECRET = 'the secret between gateway and services';
const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

describe('an HTTP server of a service', () => {
  const servers: StartedHttpServer[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.destroy());
    await Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 0 })));
  });

  async function serve(
    routes: (app: Express) => void = () => undefined,
    options: Partial<HttpServerOptions> = {},
  ): Promise<StartedHttpServer & { url: string }> {
    const server = await startHttpServer({
      service: 'test',
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics: createMetrics('test'),
      knobs: createKnobs({ 'delay.ms': knob(z.int(), 0, 'Waits.') }),
      labKey: LAB_KEY,
      readiness: [],
      routes,
      ...options,
    });
    servers.push(server);
    return { ...server, url: `http://127.0.0.1:${server.port}` };
  }

  /** A connection on which the test writes every byte itself. */
  async function rawConnection(port: number): Promise<{ socket: Socket; received: () => string }> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(socket, 'connect');
    return { socket, received: () => text };
  }

  /** A route that answers when the test says so. */
  function heldRoute() {
    let release = (): void => undefined;
    let running = 0;
    const held = new Promise<void>((resolve) => (release = resolve));
    const mount = (app: Express): void => {
      app.get('/held', async (_req, res) => {
        running += 1;
        await held;
        res.json({ done: true });
      });
    };
    return { mount, release: () => release(), running: () => running };
  }

  describe('closing', () => {
    it('lets a running request finish, and closes its kept-alive connection', async () => {
      const held = heldRoute();
      const server = await serve(held.mount);
      const { socket, received } = await rawConnection(server.port);
      const ended = once(socket, 'close');
      socket.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
      await eventually(() => expect(held.running()).toBe(1));
      const closed = server.close({ graceMs: 10_000 });
      held.release();
      await closed;
      await ended;
      expect(received()).toContain('{"done":true}');
    });

    it('takes no new connection', async () => {
      const held = heldRoute();
      const server = await serve(held.mount);
      const running = fetch(`${server.url}/held`);
      await eventually(() => expect(held.running()).toBe(1));
      const closed = server.close({ graceMs: 10_000 });
      const { port } = server;
      await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
      held.release();
      expect((await running).status).toBe(200);
      await closed;
    });

    it.each(['an idle', 'an unused'])('closes %s connection at once', async (kind) => {
      const server = await serve();
      const { socket, received } = await rawConnection(server.port);
      if (kind === 'an idle') {
        socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
        await eventually(() => expect(received()).toContain('live'));
      }
      const started = performance.now();
      await server.close({ graceMs: 10_000 });
      expect(performance.now() - started).toBeLessThan(2000);
    });

    it('answers unready, and closes the connection, to a request that was on its way', async () => {
      const server = await serve();
      const { socket, received } = await rawConnection(server.port);
      const ended = once(socket, 'close');
      socket.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n');
      await eventually(async () => expect((await fetch(`${server.url}/health/ready`)).status).toBe(200));
      const closed = server.close({ graceMs: 10_000 });
      socket.write('\r\n');
      await ended;
      await closed;
      expect(received()).toMatch(/^HTTP\/1\.1 503 /);
      expect(received()).toMatch(/^connection: close\r$/im);
      expect(received()).toContain('"status":"draining"');
    });

    it('cuts what has not finished when the grace is over', async () => {
      const held = heldRoute();
      const server = await serve(held.mount);
      const running = fetch(`${server.url}/held`);
      const outcome = expect(running).rejects.toThrow();
      await eventually(() => expect(held.running()).toBe(1));
      await server.close({ graceMs: 30 });
      await outcome;
      held.release();
    });
  });

  it.each([
    [{ name: 'MongoServerSelectionError' }, 'The database of this service does not answer.'],
    [{ name: 'MongoServerError', code: 11600 }, 'The database of this service does not answer.'],
    [{ code: 'EPIPE' }, 'The database of this service does not answer.'],
    [{ name: 'MongoWaitQueueTimeoutError' }, 'All connections of this service to its database are in use.'],
  ])('answers 503 with a time to come back when a route ends in %o', async (kind, detail) => {
    const server = await serve((app) => {
      app.get('/orders', () => {
        throw Object.assign(new Error('from the driver'), kind);
      });
    });
    const answer = await fetch(`${server.url}/orders`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({
      type: 'https://quickbite.dev/problems/not-ready',
      detail: expect.stringContaining(detail) as string,
    });
    await server.close({ graceMs: 0 });
  });

  describe('readiness', () => {
    const up = { name: 'mongo', check: () => Promise.resolve() };
    const down = (name: string, optional: boolean) => ({
      name,
      optional,
      check: () => Promise.reject(new Error('connection refused')),
    });

    it('is 200 while only something optional is away, and says so', async () => {
      const server = await serve(undefined, { readiness: [up, down('redis', true)] });
      const answer = await fetch(`${server.url}/health/ready`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({
        status: 'ready',
        checks: { mongo: 'up', redis: 'down (optional): connection refused' },
      });
    });

    it('is 503 with the reason while something required is away; liveness stays 200', async () => {
      const server = await serve(undefined, { readiness: [up, down('rabbitmq', false)] });
      const answer = await fetch(`${server.url}/health/ready`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({
        status: 'not ready',
        checks: { mongo: 'up', rabbitmq: 'down: connection refused' },
      });
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    });
  });

  describe('the internal endpoints', () => {
    it('send a snapshot of the heap to a lab alone', async () => {
      const server = await serve();
      const snapshot = (key: string) =>
        fetch(`${server.url}/internal/heap-snapshot`, { headers: { 'x-lab-key': key } });
      expect((await snapshot('another')).status).toBe(404);
      const answer = await snapshot(LAB_KEY);
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).toMatch(/^\{"snapshot":\{"meta":/);
      expect(text).toMatch(/\]\}\s*$/);
    });

    const put = (url: string, body: unknown) =>
      fetch(`${url}/internal/knobs`, {
        method: 'PUT',
        headers: { 'x-lab-key': LAB_KEY, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    it.each([
      ['without a key', {}],
      ['with a wrong key', { 'x-lab-key': 'a key of the lab that is lonG' }],
      ['with a shorter key', { 'x-lab-key': 'a' }],
    ])('answer %s as if they did not exist', async (_how, headers) => {
      const server = await serve();
      const hidden = await fetch(`${server.url}/internal/knobs`, { headers });
      const missing = await fetch(`${server.url}/internal/typo`, { headers });
      expect(hidden.status).toBe(404);
      const { correlationId: _ownId, detail, ...rest } = (await hidden.json()) as Record<string, string>;
      const { correlationId: _otherId, detail: other, ...same } = (await missing.json()) as Record<string, string>;
      expect(rest).toEqual(same);
      expect(detail).toBe(other?.replace('typo', 'knobs'));
    });

    it('do not exist in a stack without a key, whatever key comes', async () => {
      const server = await serve(undefined, { labKey: undefined });
      const answer = await fetch(`${server.url}/internal/knobs`, { headers: { 'x-lab-key': 'undefined' } });
      expect(answer.status).toBe(404);
    });

    it('read and change the knobs', async () => {
      const server = await serve();
      expect((await put(server.url, { 'delay.ms': 5 })).status).toBe(200);
      const answer = await fetch(`${server.url}/internal/knobs`, { headers: { 'x-lab-key': LAB_KEY } });
      expect(await answer.json()).toMatchObject({
        service: 'test',
        knobs: [{ name: 'delay.ms', value: 5, default: 0 }],
      });
    });

    it('refuse a wrong change with its name', async () => {
      const server = await serve();
      const answer = await put(server.url, { 'delay.ms': 'long', typo: 1 });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toMatch(/No knob was changed\. delay\.ms: .*; typo: there is no such knob/);
      expect((await put(server.url, [1])).status).toBe(400);
    });
  });

  describe('an answer', () => {
    const problem = async (answer: Response) => ({
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: (await answer.json()) as Record<string, unknown>,
    });

    it('carries the correlation id of the request, in header, problem and context', async () => {
      const server = await serve((app) => {
        app.get('/id', () => {
          throw new AppError('conflict', String(currentContext()?.correlationId));
        });
      });
      const answer = await fetch(`${server.url}/id`, { headers: { 'x-correlation-id': 'abcd-1234' } });
      expect(answer.headers.get('x-correlation-id')).toBe('abcd-1234');
      expect(await answer.json()).toMatchObject({ correlationId: 'abcd-1234', detail: 'abcd-1234' });
    });

    it('is a problem without details when the service has a defect', async () => {
      const server = await serve((app) => {
        app.get('/defect', () => Promise.reject(new Error('the password is hunter2')));
      });
      const { status, type, body } = await problem(await fetch(`${server.url}/defect`));
      expect(status).toBe(500);
      expect(type).toContain('application/problem+json');
      expect(body['type']).toBe('https://quickbite.dev/problems/internal-error');
      expect(JSON.stringify(body)).not.toContain('hunter2');
    });

    it.each([
      ['404 on an unknown path', 'GET', '/nothing', undefined, 404, 'not-found'],
      ['400 on a path that is not encoded', 'GET', '/things/%zz', undefined, 400, 'invalid-request'],
      ['400 on broken JSON', 'POST', '/things', '{"half":', 400, 'invalid-request'],
      ['413 on a body that is too large', 'POST', '/things', JSON.stringify('x'.repeat(200)), 413, 'body-too-large'],
    ])('is %s', async (_what, method, path, body, status, slug) => {
      const server = await serve((app) => {
        app.get('/things/:id', (_req, res) => res.json({}));
        app.post('/things', json({ limit: 100 }), (_req, res) => res.json({}));
      });
      const answer = await fetch(server.url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body }),
      });
      expect(await problem(answer)).toMatchObject({
        status,
        body: { status, type: `https://quickbite.dev/problems/${slug}` },
      });
    });

    it('does not say what serves it', async () => {
      const { headers } = await fetch(`${(await serve()).url}/health/live`);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    });
  });

  it('lets in whom the gateway signed, with the right role, and nobody else', async () => {
    const authorize = createAuthorize(SECRET);
    const server = await serve((app) => {
      app.get('/drivers', (req, res) => res.json(authorize(req, 'driver', 'admin')));
    });
    const ask = async (headers: Record<string, string>) => (await fetch(`${server.url}/drivers`, { headers })).status;
    const signed = (role: 'driver' | 'customer', secret = SECRET) => ({
      [IDENTITY_HEADER]: signIdentity({ userId: 'a'.repeat(24), role }, secret),
    });
    expect(await ask(signed('driver'))).toBe(200);
    expect(await ask(signed('customer'))).toBe(403);
    expect(await ask(signed('driver', 'another secret'))).toBe(401);
    expect(await ask({ 'x-user-id': 'a'.repeat(24) })).toBe(401);
  });

  it('measures requests by route pattern, not by path', async () => {
    const server = await serve((app) => {
      app.get('/things/:id', (_req, res) => res.json({}));
    });
    for (const path of ['/things/1', '/things/2', '/nothing/1']) await fetch(server.url + path);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/things\/:id",status="200"\} 2/);
    expect(text).toMatch(/route="unmatched",status="404"/);
    expect(text).not.toContain('/things/1');
  });

  it('says which port is taken', async () => {
    const { port } = await serve();
    await expect(serve(undefined, { port })).rejects.toThrow(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  });
});
