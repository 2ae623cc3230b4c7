import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'abcdefghij');

let upstream: LittleUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startLittleUpstream();
  gateway = await startTestGateway({ upstream: upstream.url });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const headers = { authorization: bearer() };
const orders = () => fetch(`${gateway.url}/api/orders`, { headers });

/** A client that reads nothing until it is told to. */
async function open(): Promise<IncomingMessage> {
  const request = get(`${gateway.url}/api/orders`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** Writes as fast as it is taken, and counts. */
function writesEndlessly(written: {
  megabytes: number;
  closed: boolean;
}): (seen: unknown, res: ServerResponse) => void {
  return (_seen, res) => {
    let goOn = (): void => undefined;
    res.on('drain', () => goOn());
    res.once('close', () => {
      written.closed = true;
      goOn();
    });
    res.writeHead(200, { 'content-type': 'application/json' });
    void (async () => {
      while (!written.closed) {
        written.megabytes += 1;
        if (!res.write(MEGABYTE)) await new Promise<void>((resolve) => (goOn = resolve));
        await nextTurn();
      }
    })();
  };
}

describe('a large answer', () => {
  it('arrives whole, with its length', async () => {
    const megabytes = 30;
    upstream.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': megabytes * MEGABYTE.length });
      for (let i = 0; i < megabytes; i += 1) res.write(MEGABYTE);
      res.end();
    });
    const response = await orders();
    expect(response.headers.get('content-length')).toBe(String(megabytes * MEGABYTE.length));
    const expected = createHash('sha256');
    for (let i = 0; i < megabytes; i += 1) expected.update(MEGABYTE);
    const found = createHash('sha256').update(Buffer.from(await response.arrayBuffer()));
    expect(found.digest('hex')).toBe(expected.digest('hex'));
  });

  it('waits for its reader: the gateway does not collect it', async () => {
    const written = { megabytes: 0, closed: false };
    upstream.behave(writesEndlessly(written));
    const response = await open();
    let before = -1;
    await vi.waitFor(
      () => {
        const now = written.megabytes;
        const stands = now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { timeout: 20_000, interval: 300 },
    );
    // What is under way sits in the buffers of the sockets.
    expect(written.megabytes).toBeLessThan(40);
    const stoodAt = written.megabytes;
    response.resume();
    await vi.waitFor(() => expect(written.megabytes).toBeGreaterThan(stoodAt + 20), { timeout: 20_000 });
    response.destroy();
  });

  it('ends at the service when its reader hangs up', async () => {
    const written = { megabytes: 0, closed: false };
    upstream.behave(writesEndlessly(written));
    const response = await open();
    response.destroy();
    await vi.waitFor(() => expect(written.closed).toBe(true), { timeout: 20_000 });
  });

  it('is cut, not completed, when the service breaks in the middle', async () => {
    upstream.behave((_seen, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write(MEGABYTE, () => setTimeout(() => res.destroy(), 50));
    });
    const response = await orders();
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('is cut when the service falls silent in the middle', async () => {
    gateway.knobs.set({ 'upstream.timeoutMs': 500 });
    upstream.behave((_seen, res) => void res.writeHead(200, { 'content-type': 'application/json' }).write(MEGABYTE));
    const response = await orders();
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('holds its place in the bulkhead until it has arrived', async () => {
    gateway.knobs.set({ 'bulkhead.maxConcurrent': 1, 'bulkhead.maxQueue': 0 });
    const written = { megabytes: 0, closed: false };
    upstream.behave(writesEndlessly(written));
    const response = await open();
    expect((await orders()).status).toBe(503);
    response.destroy();
    await vi.waitFor(() => expect(written.closed).toBe(true), { timeout: 20_000 });
    upstream.behave((_seen, res) => void res.end('{}'));
    await vi.waitFor(async () => expect((await orders()).status).toBe(200), { timeout: 20_000 });
  });
});
