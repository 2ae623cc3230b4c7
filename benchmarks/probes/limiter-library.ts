import { rateLimit } from 'express-rate-limit';
import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fetch } from 'undici';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const MAX = 20;
const WINDOW_MS = 1_500;
/** Each burst comes so long before or after the edge of the window. */
const EDGE_MS = 300;

export const limiterLibrary: Probe = {
  id: 'limiter-library',
  question: 'What does express-rate-limit let through: around an edge, in two processes, behind a balancer?',
  engines: [],
  figures: {
    limit: 'requests of one client that are allowed in a window',
    'through-around-the-edge':
      'requests of one client that got through within less than one window, in two bursts around its edge',
    'through-two-processes':
      'requests of one client that two limiters, each with its own memory, let through in a window',
    'clients-behind-a-balancer': 'clients that the limiter tells apart of ten behind a balancer, without "trust proxy"',
    'clients-behind-a-trusted-balancer': 'the same, with one proxy trusted',
    'through-with-made-up-addresses':
      'requests of one client who makes up an address for each, with every proxy trusted',
  },
  measure: async () => {
    const around = await aroundTheEdge();
    await using first = await limited(false);
    await using second = await limited(false);
    const two = (await send(first.url, 2 * MAX)) + (await send(second.url, 2 * MAX));
    const tenClients = (n: number): string => `203.0.113.${String(n % 10)}`;
    // As a balancer sends it: what the client wrote, and the address that the balancer saw.
    await using balanced = await limited(false);
    await using trusted = await limited(1);
    await using gullible = await limited(true);
    return measurementOf({
      limit: counted(MAX, 1),
      'through-around-the-edge': counted(around, 2 * MAX),
      'through-two-processes': counted(two, 4 * MAX),
      'clients-behind-a-balancer': counted((await send(balanced.url, 12 * MAX, tenClients)) / MAX, 12 * MAX),
      'clients-behind-a-trusted-balancer': counted((await send(trusted.url, 12 * MAX, tenClients)) / MAX, 12 * MAX),
      'through-with-made-up-addresses': counted(
        await send(gullible.url, 3 * MAX, (n) => `198.51.100.${String(n)}, 203.0.113.1`),
        3 * MAX,
      ),
    });
  },
};

/**
 * Two bursts on either side of the edge of a window, within less than a window: as often as it takes until a busy machine has kept to
 * the schedule.
 */
async function aroundTheEdge(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    await using edge = await limited(false, WINDOW_MS);
    // The window begins with the client's first request.
    const began = performance.now();
    await send(edge.url, 1);
    await pause(WINDOW_MS - EDGE_MS);
    const firstBurst = performance.now();
    const before = await send(edge.url, MAX - 1);
    const inTime = performance.now() - began < WINDOW_MS;
    await pause(EDGE_MS + 100);
    const after = await send(edge.url, MAX);
    if (inTime && performance.now() - firstBurst < WINDOW_MS) return before + after;
    if (attempt === ATTEMPTS) throw new Error('The machine was too busy to send two bursts within one window.');
  }
}

const ATTEMPTS = 5;

/** @returns how many of the requests got through; one after the other, so that each burst keeps its time */
async function send(url: string, times: number, forwardedFor?: (n: number) => string): Promise<number> {
  let through = 0;
  for (let n = 0; n < times; n += 1) {
    const headers = forwardedFor ? { 'x-forwarded-for': forwardedFor(n) } : {};
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    if (answer.status === 200) through += 1;
  }
  return through;
}

async function limited(
  trust: boolean | number,
  windowMs = 60_000,
): Promise<AsyncDisposable & { readonly url: string }> {
  const app = express();
  app.set('trust proxy', trust);
  // Its checks would print what this probe shows.
  app.use(rateLimit({ windowMs, max: MAX, validate: false }));
  app.get('/', (_, response) => void response.json({}));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
