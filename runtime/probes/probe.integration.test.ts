import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { serialize } from 'bson';
import { afterEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../definitions/index.js';
import { probe } from './index.js';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  closing.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answering = (answer: Buffer | string) =>
  listen(createServer((socket) => socket.on('data', () => socket.write(answer)).on('error', () => undefined)));
const silent = () => listen(createServer((socket) => socket.on('error', () => undefined)));
const look = (type: Readiness, port: number) => probe(type, { host: '127.0.0.1', port, timeoutMs: 200 });

const reply = (document: object): Buffer => {
  const body = Buffer.from(serialize(document));
  const header = Buffer.alloc(21);
  header.writeInt32LE(21 + body.length, 0);
  header.writeInt32LE(2013, 12);
  return Buffer.concat([header, body]);
};

const all: readonly Readiness[] = [
  { type: 'http', path: '/health/ready' },
  { type: 'mongo-hello' },
  { type: 'redis-ping' },
  { type: 'amqp-open' },
];

describe.each(all)('the $type probe', (readiness) => {
  it('says that nothing listens', async () => {
    const port = await silent();
    closing.splice(0).forEach((close) => close());
    expect(await look(readiness, port)).toEqual({ ready: false, reason: expect.stringContaining('refused') as string });
  });

  it('says that a process which keeps its connections answers nothing', async () => {
    const result = await look(readiness, await silent());
    expect(result).toEqual({ ready: false, reason: expect.stringMatching(/^no answer .*within 200 ms/) as string });
  });
});

describe('what an answer means', () => {
  const http: Readiness = { type: 'http', path: '/health/ready' };
  const serving = (status: number, body: string) =>
    listen(createHttpServer((_, response) => void response.writeHead(status).end(body)));

  it('of a service: 200 is ready, 503 is quoted', async () => {
    expect(await look(http, await serving(200, 'ok'))).toEqual({ ready: true });
    const reason = 'GET /health/ready was answered by 503: mongo is away';
    expect(await look(http, await serving(503, 'mongo is away'))).toEqual({ ready: false, reason });
  });

  it('of Redis: PONG is ready, LOADING is not', async () => {
    expect(await look({ type: 'redis-ping' }, await answering('+PONG\r\n'))).toEqual({ ready: true });
    const loading = await answering('-LOADING Redis is loading the dataset in memory\r\n');
    expect(await look({ type: 'redis-ping' }, loading)).toMatchObject({
      reason: expect.stringContaining('LOADING') as string,
    });
  });

  it('of MongoDB: a writable primary is ready, a secondary is not, an error is quoted', async () => {
    const mongo: Readiness = { type: 'mongo-hello' };
    expect(await look(mongo, await answering(reply({ ok: 1, isWritablePrimary: true })))).toEqual({ ready: true });
    const secondary = await answering(reply({ ok: 1, isWritablePrimary: false }));
    expect(await look(mongo, secondary)).toMatchObject({ reason: 'the server does not take writes yet' });
    const failing = await answering(reply({ ok: 0, errmsg: 'shutting down' }));
    expect(await look(mongo, failing)).toMatchObject({ reason: 'hello failed: shutting down' });
  });
});
