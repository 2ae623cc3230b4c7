import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { openEvents } from './testing/read-events.js';
import type { EventStream } from './testing/read-events.js';
import { startGatewayProcess } from './testing/start-gateway-process.js';
import type { GatewayProcess } from './testing/start-gateway-process.js';
import { JWT_SECRET, bearer } from './testing/start-test-gateway.js';

const ORDER = 'aaaaaaaaaaaaaaaaaaaaaaaa';
const FOREIGN = 'ffffffffffffffffffffffff';
const DRIVER = 'cccccccccccccccccccccccc';
const CHANNEL = `tracking:${ORDER}`;
const AT = '2026-01-01T12:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const point = (longitude: number) => ({ type: 'Point', coordinates: [longitude, 52.5] });

let engine: StartedEngine;
let redis: Redis;
let upstream: LittleUpstream;
/** Two gateways in front of the same services: which of them a viewer is at must not matter. */
let gateways: readonly [GatewayProcess, GatewayProcess];
/** The order as order-service has it. */
let order: { status: string; driverId?: string; history: { at: string }[]; updatedAt: string };
const streams: EventStream[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  engine = await startEngine('redis');
  const redisUrl = `redis://127.0.0.1:${engine.port}`;
  redis = new Redis(redisUrl);
  redis.on('error', () => undefined);
  upstream = await startLittleUpstream();
  gateways = await Promise.all([
    startGatewayProcess({ upstream: upstream.url, redisUrl }),
    startGatewayProcess({ upstream: upstream.url, redisUrl }),
  ]);
});
beforeEach(() => {
  order = { status: 'PREPARING', history: [{ at: AT }], updatedAt: AT };
  upstream.behave((seen, res) => {
    if (seen.url === `/api/orders/${ORDER}`) answers(200, { id: ORDER, ...order })(seen, res);
    else if (seen.url === `/api/drivers/${DRIVER}`) answers(200, { location: point(13), updatedAt: AT })(seen, res);
    else
      answers(404, { type: 'about:blank', title: 'There is no such thing', status: 404, detail: 'no such order' })(
        seen,
        res,
      );
  });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  for (const socket of sockets.splice(0)) socket.disconnect();
  for (const gateway of gateways)
    await gateway.setKnobs({ 'tracking.maxPerAccount': 10, 'tracking.heartbeatMs': 15_000 });
  await eventually(async () => expect(await subscribers()).toBe(0));
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await upstream.close();
  await engine.stop();
});

/** Gateways that are subscribed to the order. */
async function subscribers(): Promise<number> {
  const [, count] = (await redis.pubsub('NUMSUB', CHANNEL)) as [string, number];
  return count;
}

async function watch(options: {
  at?: GatewayProcess;
  id?: string;
  authorization?: string;
  lastEventId?: string;
}): Promise<EventStream> {
  const { at = gateways[0], id = ORDER, authorization = bearer(), lastEventId } = options;
  const stream = await openEvents(`${at.url}/api/orders/${id}/track`, {
    ...(authorization && { authorization }),
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  });
  streams.push(stream);
  return stream;
}

const publish = (message: unknown): Promise<number> =>
  redis.publish(CHANNEL, typeof message === 'string' ? message : JSON.stringify(message));
const location = (longitude: number, at: string) => ({
  type: 'location',
  orderId: ORDER,
  location: point(longitude),
  at,
});
const status = (to: string, at: string) => ({ type: 'status', orderId: ORDER, status: to, at });

async function ended(at: GatewayProcess, reason: string): Promise<number> {
  const text = await (await fetch(`${at.url}/metrics`)).text();
  return Number(new RegExp(`^tracking_ended_total\\{reason="${reason}".*\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

describe('server-sent events', () => {
  it('bring the present state first, then every change, to viewers at any gateway', async () => {
    order.driverId = DRIVER;
    const viewers = [await watch({ at: gateways[0] }), await watch({ at: gateways[1] })];
    for (const viewer of viewers) {
      expect(viewer.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(await viewer.next()).toMatchObject({ type: 'status', data: status('PREPARING', AT) });
      expect(await viewer.next()).toMatchObject({ type: 'location', data: location(13, AT) });
    }
    expect(await publish(location(13.1, later(1)))).toBe(2);
    await publish(status('READY', later(2)));
    for (const viewer of viewers) {
      expect(await viewer.next()).toMatchObject({ type: 'location', data: location(13.1, later(1)) });
      expect(await viewer.next()).toMatchObject({ type: 'status', data: status('READY', later(2)) });
    }
  });

  it('of one order take one subscription a gateway, however many watch, and none when they have left', async () => {
    await Promise.all([watch({}), watch({}), watch({})]);
    expect(await subscribers()).toBe(1);
    for (const stream of streams.splice(0)) stream.close();
    await eventually(async () => expect(await subscribers()).toBe(0));
  });

  it('continue at another gateway where the last one ended, without repeating', async () => {
    const first = await watch({ at: gateways[0] });
    await first.next();
    await publish(location(13.1, later(5)));
    const last = await first.next();
    first.close();
    order = { ...order, status: 'READY', history: [{ at: AT }, { at: later(3) }] };
    const second = await watch({ at: gateways[1], ...(last?.id !== undefined && { lastEventId: last.id }) });
    expect(await second.next()).toMatchObject({ type: 'status', data: status('READY', later(3)) });
    await publish(location(13, later(4)));
    await publish(location(13.2, later(6)));
    expect(await second.next()).toMatchObject({ type: 'location', data: location(13.2, later(6)) });
  });

  it('end when the order is over, and a viewer that comes again is told to stay away', async () => {
    const stream = await watch({});
    await stream.next();
    await publish(status('DELIVERED', later(1)));
    const last = await stream.next();
    expect(last).toMatchObject({ type: 'status', data: { status: 'DELIVERED' } });
    expect(await stream.next()).toMatchObject({ type: 'end', data: { reason: 'finished' } });
    expect(await stream.next()).toBeUndefined();
    order = { ...order, status: 'DELIVERED', history: [{ at: later(1) }] };
    expect((await watch({ lastEventId: last?.id ?? '' })).status).toBe(204);
    // Somebody who has not seen the end gets it.
    const late = await watch({});
    expect(await late.next()).toMatchObject({ type: 'status', data: { status: 'DELIVERED' } });
    expect(await late.next()).toMatchObject({ type: 'end' });
  });

  it('do not tell where the driver is when the order is over', async () => {
    order = { status: 'DELIVERED', driverId: DRIVER, history: [{ at: AT }], updatedAt: AT };
    upstream.seen.length = 0;
    const stream = await watch({});
    expect([await stream.next(), await stream.next()]).toMatchObject([{ type: 'status' }, { type: 'end' }]);
    expect(upstream.seen.map(({ url }) => url)).toEqual([`/api/orders/${ORDER}`]);
  });

  it.each([
    ['nobody', { authorization: '' }, 401],
    ['somebody who may not see the order', { id: FOREIGN }, 404],
    ['somebody who asks for no order', { id: 'nonsense' }, 400],
  ])('are not for %s', async (_who, options, expected) => {
    const stream = await watch(options);
    expect(stream.status).toBe(expected);
    expect(await stream.response.json()).toMatchObject({ status: expected });
  });

  it('are limited per account at a time', async () => {
    await gateways[0].setKnobs({ 'tracking.maxPerAccount': 2 });
    const [first] = [await watch({}), await watch({})];
    const refused = await watch({});
    expect(refused.status).toBe(429);
    expect(refused.response.headers.get('retry-after')).toBe('5');
    expect((await watch({ authorization: bearer({ subject: 'eeeeeeeeeeeeeeeeeeeeeeee' }) })).status).toBe(200);
    first.close();
    await eventually(async () => expect((await watch({})).status).toBe(200));
  });

  it('show that they are alive, and end with their token: when it expires', async () => {
    await gateways[0].setKnobs({ 'tracking.heartbeatMs': 100 });
    const stream = await watch({ authorization: bearer({ expiresIn: 2 }) });
    await stream.next();
    expect(await stream.next({ comments: true })).toMatchObject({ type: 'comment', data: 'alive' });
    expect(await stream.next()).toMatchObject({ type: 'end', data: { reason: 'signed-out' } });
  });

  it('end with their token: when it is revoked', async () => {
    await gateways[0].setKnobs({ 'tracking.heartbeatMs': 100 });
    const stream = await watch({ authorization: bearer({ jwtid: 'token-of-a-stream' }, JWT_SECRET) });
    await stream.next();
    await redis.set('auth:revoked:token-of-a-stream', '1', 'EX', 60);
    expect(await stream.next()).toMatchObject({ type: 'end', data: { reason: 'signed-out' } });
  });

  it('skip messages that nobody understands', async () => {
    const stream = await watch({});
    await stream.next();
    for (const nonsense of ['', '{', '[]', '{"type":"location"}', { ...status('READY', later(1)), status: 7 }])
      await publish(nonsense);
    await publish(status('READY', later(2)));
    expect(await stream.next()).toMatchObject({ data: status('READY', later(2)) });
  });

  it('are cut for a viewer that does not read, while others go on', async () => {
    const other = await watch({});
    await other.next();
    const before = await ended(gateways[0], 'too-slow');
    const deaf = connect(Number(new URL(gateways[0].url).port), '127.0.0.1');
    deaf.on('error', () => undefined);
    deaf.pause();
    deaf.write(`GET /api/orders/${ORDER}/track HTTP/1.1\r\nhost: x\r\nauthorization: ${bearer()}\r\n\r\n`);
    const padding = 'x'.repeat(4000);
    let sent = 0;
    await eventually(
      async () => {
        for (let i = 0; i < 10; i += 1) await publish({ ...status('READY', later((sent += 1))), status: padding });
        // The other one keeps up: it has read all of it before there is more.
        while (((await other.next())?.data as { at: string } | undefined)?.at !== later(sent));
        expect(await ended(gateways[0], 'too-slow')).toBe(before + 1);
      },
      { withinMs: 30_000 },
    );
    deaf.destroy();
    await publish(status('OUT_FOR_DELIVERY', later((sent += 1))));
    expect(await other.next()).toMatchObject({ data: { status: 'OUT_FOR_DELIVERY' } });
  }, 60_000);

  it('cannot begin while Redis is away; those that run go on when it is back, with what was missed', async () => {
    const stream = await watch({});
    await stream.next();
    await engine.kill();
    const refused = await watch({ at: gateways[1] });
    expect(refused.status).toBe(503);
    expect(await refused.response.json()).toMatchObject({ type: 'https://quickbite.dev/problems/not-ready' });
    order = { ...order, status: 'READY', history: [{ at: later(1) }] };
    await engine.restart();
    expect(await stream.next()).toMatchObject({ data: status('READY', later(1)) });
    await eventually(async () => expect(await publish(status('OUT_FOR_DELIVERY', later(2)))).toBeGreaterThan(0));
    expect(await stream.next()).toMatchObject({ data: { status: 'OUT_FOR_DELIVERY' } });
  });
});

describe('socket.io', () => {
  function open(at: GatewayProcess, token = bearer().slice('Bearer '.length)): Socket {
    const socket = io(at.url, { transports: ['websocket'], auth: { token }, reconnection: false, forceNew: true });
    sockets.push(socket);
    return socket;
  }
  const next = <T>(socket: Socket, event: string): Promise<T> =>
    new Promise((resolve) => socket.once(event, (value: T) => resolve(value)));
  const track = (socket: Socket, message: unknown): Promise<unknown> =>
    socket.timeout(10_000).emitWithAck('track', message) as Promise<unknown>;

  it('brings the present state, then every change, at any gateway', async () => {
    for (const [index, gateway] of gateways.entries()) {
      const socket = open(gateway);
      const first = next(socket, 'status');
      expect(await track(socket, { orderId: ORDER })).toEqual({ ok: true });
      expect(await first).toMatchObject({
        ...status('PREPARING', AT),
        position: expect.stringMatching(/^\d+\.0$/) as string,
      });
      const second = next(socket, 'location');
      await publish(location(13.5, later(index + 1)));
      expect(await second).toMatchObject(location(13.5, later(index + 1)));
    }
  });

  it('does not let anybody in without a token that is good', async () => {
    for (const token of ['', 'nonsense', bearer({ expiresIn: -1 }).slice('Bearer '.length)]) {
      const error = await next<Error & { data?: unknown }>(open(gateways[0], token), 'connect_error');
      expect(error.data).toMatchObject({ status: 401, type: 'https://quickbite.dev/problems/not-authenticated' });
    }
  });

  it('answers what it cannot do with a problem, and goes on', async () => {
    const socket = open(gateways[0]);
    expect(await track(socket, { orderId: FOREIGN })).toMatchObject({ ok: false, problem: { status: 404 } });
    for (const nonsense of [undefined, 'x', {}, { orderId: { $gt: '' } }, { orderId: ORDER, more: 1 }])
      expect(await track(socket, nonsense)).toMatchObject({ ok: false, problem: { status: 400 } });
    expect(await track(socket, { orderId: ORDER })).toEqual({ ok: true });
  });

  it('counts against the limit of the account', async () => {
    await gateways[0].setKnobs({ 'tracking.maxPerAccount': 1 });
    await watch({});
    expect(await track(open(gateways[0]), { orderId: ORDER })).toMatchObject({ ok: false, problem: { status: 429 } });
  });

  it('ends with the order, and with the token', async () => {
    const socket = open(gateways[0], bearer({ expiresIn: 2 }).slice('Bearer '.length));
    await track(socket, { orderId: ORDER });
    const over = next(socket, 'end');
    const gone = next(socket, 'disconnect');
    expect(await over).toEqual({ orderId: ORDER, reason: 'signed-out' });
    expect(await gone).toBe('io server disconnect');

    const other = open(gateways[0]);
    await track(other, { orderId: ORDER });
    const finished = next(other, 'end');
    await publish(status('CANCELLED', later(1)));
    expect(await finished).toEqual({ orderId: ORDER, reason: 'finished' });
    expect(other.connected).toBe(true);
  });

  it('can be told to stop', async () => {
    const socket = open(gateways[0]);
    await track(socket, { orderId: ORDER });
    expect(await subscribers()).toBe(1);
    const stopped = next(socket, 'end');
    expect(await socket.timeout(10_000).emitWithAck('untrack', { orderId: ORDER })).toEqual({ ok: true });
    expect(await stopped).toEqual({ orderId: ORDER, reason: 'gone' });
    expect(await subscribers()).toBe(0);
  });

  it('is served on websockets alone', async () => {
    expect((await fetch(`${gateways[0].url}/socket.io/?EIO=4&transport=polling`)).status).toBe(404);
    const { port } = new URL(gateways[0].url);
    const other = connect(Number(port), '127.0.0.1');
    other.write('GET /api/restaurants HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    const [answer] = (await new Promise<string[]>((resolve) =>
      other.once('data', (data: Buffer) => resolve([data.toString()])),
    )) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    other.destroy();
  });

  it('and streams end in order when a gateway shuts down, which does not wait for them', async () => {
    const gateway = await startGatewayProcess({
      upstream: upstream.url,
      redisUrl: `redis://127.0.0.1:${engine.port}`,
    });
    const socket = open(gateway);
    const stream = await watch({ at: gateway });
    await stream.next();
    await track(socket, { orderId: ORDER });
    const told = next(socket, 'end');
    const started = performance.now();
    const stopped = gateway.stop();
    expect(await stream.next()).toMatchObject({ type: 'end', data: { reason: 'shutdown' } });
    expect(await told).toEqual({ orderId: ORDER, reason: 'shutdown' });
    expect(await stopped).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
