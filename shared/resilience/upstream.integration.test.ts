import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Server as TcpServer, AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER } from '../identity/index.js';
import { incomingContext, withRequestContext } from '../logging/index.js';
import { eventually } from '../testing/index.js';
import { createUpstream } from './index.js';
import type { Upstream } from './index.js';

const get = (path = '/', timeoutMs = 5000) => ({ method: 'GET', path, timeoutMs }) as const;

describe('an upstream', () => {
  const servers: { readonly server: TcpServer; readonly sockets: Set<Socket> }[] = [];
  const upstreams: Upstream[] = [];
  afterEach(async () => {
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
    for (const { server, sockets } of servers.splice(0)) {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    }
  });

  async function listen(server: TcpServer): Promise<{ upstream: Upstream; sockets: Set<Socket> }> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const upstream = createUpstream('kitchen', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    servers.push({ server, sockets });
    upstreams.push(upstream);
    return { upstream, sockets };
  }
  const serve = (listener: RequestListener) => listen(createServer(listener));
  const failure = async (call: Promise<unknown>): Promise<AppError> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof AppError) return error;
    throw new Error('expected an AppError', { cause: error });
  };

  it('takes any status for an answer', async () => {
    const { upstream } = await serve((_req, res) => res.writeHead(404, { 'x-kind': 'soup' }).end('none'));
    const answer = await upstream.request(get());
    expect(answer.status).toBe(404);
    expect(answer.headers['x-kind']).toBe('soup');
    expect(answer.body.toString()).toBe('none');
  });

  it('passes on method, body, identity, correlation id and trace', async () => {
    let seen: IncomingMessage | undefined;
    let body = '';
    const { upstream } = await serve((req, res) => {
      seen = req;
      req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      req.on('end', () => res.end());
    });
    const context = incomingContext({ correlationId: 'abcd-1234' });
    await withRequestContext(context, () =>
      upstream.request({ method: 'POST', path: '/a?b=c', body: '{"x":1}', identity: 'signed', timeoutMs: 5000 }),
    );
    expect(seen).toMatchObject({ method: 'POST', url: '/a?b=c' });
    expect(body).toBe('{"x":1}');
    expect(seen?.headers).toMatchObject({
      'x-correlation-id': 'abcd-1234',
      traceparent: context.traceparent,
      [IDENTITY_HEADER]: 'signed',
    });
  });

  it('uses its connections again', async () => {
    const { upstream, sockets } = await serve((_req, res) => res.end('soup'));
    for (let calls = 0; calls < 20; calls += 1) await upstream.request(get());
    // The pool frees a connection a moment after its answer, so that a hurried second call may open a second one.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  const silent: RequestListener = () => undefined;
  const stopping: RequestListener = (_req, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('half');
  };
  it.each([
    ['is silent', silent],
    ['stops in the middle of its answer', stopping],
  ])('gives up exactly at the timeout, and frees the connection, when it %s', async (_what, listener) => {
    const { upstream, sockets } = await serve(listener);
    const started = performance.now();
    const error = await failure(upstream.request(get('/', 150)));
    const took = performance.now() - started;
    expect(error.slug).toBe('upstream-timeout');
    expect(error.message).toBe('kitchen did not answer within 150 ms. Try again later.');
    expect(took).toBeGreaterThanOrEqual(149);
    expect(took).toBeLessThan(400);
    await eventually(() => expect(sockets.size).toBe(0));
  });

  it('times out while other calls of the same upstream go on', async () => {
    const { upstream } = await serve((req, res) => {
      if (req.url !== '/slow') res.end('soup');
    });
    const slow = failure(upstream.request(get('/slow', 200)));
    expect((await upstream.request(get('/fast'))).status).toBe(200);
    expect((await slow).slug).toBe('upstream-timeout');
    expect((await upstream.request(get('/fast'))).status).toBe(200);
  });

  it('is unreachable when nothing listens', async () => {
    const { upstream } = await serve((_req, res) => res.end());
    servers.at(-1)?.server.close();
    const error = await failure(upstream.request(get()));
    expect(error.slug).toBe('upstream-unreachable');
    expect(error.message).not.toContain('127.0.0.1');
  });

  it.each([
    ['at once', ''],
    ['in the middle of an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['with something that is not HTTP', 'soup'],
  ])('is unreachable when it hangs up %s', async (_when, answer) => {
    const { upstream } = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      }),
    );
    expect((await failure(upstream.request(get()))).slug).toBe('upstream-unreachable');
  });
});
