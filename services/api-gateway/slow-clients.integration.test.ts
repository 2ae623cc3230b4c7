import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

const PATIENT = { timeout: 20_000, interval: 50 };
const MEGABYTE = Buffer.alloc(1024 * 1024, 'abcdefghij');
/** Far below the defaults, so that the tests are short; connections are looked at once a second. */
const IMPATIENT = {
  CLIENT_HEAD_MS: '300',
  CLIENT_REQUEST_MS: '600',
  CLIENT_KEEP_ALIVE_MS: '300',
  CLIENT_READ_MS: '500',
};

let upstream: LittleUpstream;
let gateway: TestGateway;
const sockets: Socket[] = [];

beforeEach(async () => {
  upstream = await startLittleUpstream();
  gateway = await startTestGateway({ upstream: upstream.url, env: IMPATIENT });
});
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await gateway.close();
  await upstream.close();
});

/** A connection on which the test writes every byte itself. */
async function connection(): Promise<{ socket: Socket; received: () => string; closed: () => boolean }> {
  const socket = connect(gateway.port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  let closed = false;
  socket.on('error', () => undefined);
  socket.once('close', () => (closed = true));
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'connect');
  return { socket, received: () => text, closed: () => closed };
}

/** Sends `pieces` one by one for as long as the connection lasts. */
function dribble(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 50);
  socket.once('close', () => clearInterval(timer));
}

const othersAreServed = async (): Promise<void> => {
  const answer = await fetch(`${gateway.url}/api/orders`, { headers: { authorization: bearer() } });
  expect(answer.status).toBe(200);
};

describe('a slow client', () => {
  it('is cut when the head of its request does not end, however busily it sends', async () => {
    const slow = await connection();
    slow.socket.write('GET /api/restaurants HTTP/1.1\r\nHost: x\r\n');
    dribble(slow.socket, 'x-more: 1\r\n');
    await othersAreServed();
    await vi.waitFor(() => expect(slow.closed()).toBe(true), PATIENT);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/api/orders']);
  });

  it('is cut when its body does not end, and no service has heard of it', async () => {
    const slow = await connection();
    slow.socket.write(
      `POST /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer()}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`,
    );
    dribble(slow.socket, ' ');
    await othersAreServed();
    await vi.waitFor(() => expect(slow.closed()).toBe(true), PATIENT);
    expect(upstream.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  it('is cut when it asks nothing more', async () => {
    const slow = await connection();
    slow.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await vi.waitFor(() => expect(slow.received()).toContain('"live"'), PATIENT);
    await vi.waitFor(() => expect(slow.closed()).toBe(true), PATIENT);
    await othersAreServed();
  });

  it('is cut when it does not take its answer, and the service is free again', async () => {
    let cut = false;
    upstream.behave((_seen, res) => {
      res.once('close', () => (cut = true));
      res.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!cut && res.write(MEGABYTE));
        if (!cut) res.once('drain', more);
      };
      more();
    });
    const slow = await connection();
    slow.socket.pause();
    slow.socket.write(`GET /api/orders HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer()}\r\n\r\n`);
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(1), PATIENT);
    await vi.waitFor(() => expect(cut).toBe(true), PATIENT);
    upstream.behave((_seen, res) => void res.end('{}'));
    await othersAreServed();
  });

  it('leaves room for others, a hundred of them at once', async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, connection));
    for (const { socket } of slow) socket.write('GET /api/restaurants HTTP/1.1\r\nHost: x\r\nx-more: ');
    await othersAreServed();
    await vi.waitFor(() => expect(slow.every(({ closed }) => closed())).toBe(true), PATIENT);
    await othersAreServed();
  });
});

describe('a body that is made to be expensive', () => {
  const post = (body: string) =>
    fetch(`${gateway.url}/api/orders`, {
      method: 'POST',
      headers: { authorization: bearer(), 'content-type': 'application/json' },
      body,
    });

  it.each([33, 50_000])('is refused when it is nested %i deep, without asking the service', async (levels) => {
    const answer = await post('['.repeat(levels) + ']'.repeat(levels));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('nested too deeply') as string });
    expect(upstream.seen).toEqual([]);
  });

  it('is passed on when it is nested 32 deep', async () => {
    expect((await post('['.repeat(32) + ']'.repeat(32))).status).toBe(200);
  });
});
