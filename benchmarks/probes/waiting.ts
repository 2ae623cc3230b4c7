import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Probe } from './probe.js';
import { counted, figureOf, measurementOf, repeat, timed, timeOf } from '../measurement/repetitions.js';

const REQUESTS = 1_000;
const TIMEOUT_MS = 1_000;
const STEPS_MS = [50, 25, 100, 75];

export const waiting: Probe = {
  id: 'waiting',
  question: 'How long do a thousand requests wait together, and what does a call between two processes cost?',
  engines: [],
  figures: {
    'thousand-together': `time until the last of a thousand requests to a silent service has timed out, each after ${String(TIMEOUT_MS)} ms`,
    'thousand-added-up': 'the sum of what each of them waited',
    'sockets-at-once': 'sockets that were open at the same time meanwhile',
    'call-here': 'time of a call from one process to another on this machine (median)',
    'calls-in-a-row': 'time of four calls of 50, 25, 100 and 75 ms, one after the other',
    'calls-at-once': 'the same calls at once',
  },
  measure: async () => {
    let [open, most] = [0, 0];
    const server = createServer(({ url }, response) => {
      if (url === '/quick') response.end('{}');
    });
    server.on('connection', (socket) => {
      most = Math.max(most, (open += 1));
      socket.on('close', () => (open -= 1));
    });
    server.listen(0, '127.0.0.1', 2_048);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const rounds = await repeat(3, async () => {
        const started = performance.now();
        const waits = await Promise.all(Array.from({ length: REQUESTS }, () => timed(() => timesOut(port))));
        return { wall: performance.now() - started, sum: waits.reduce((a, b) => a + b, 0) };
      });
      const call = await timeOf(() => quick(port), { each: 200 });
      const inARow = await repeat(3, () => timed(() => repeat(STEPS_MS.length, (n) => pause(STEPS_MS[n]))));
      const atOnce = await repeat(3, () => timed(() => Promise.all(STEPS_MS.map((ms) => pause(ms)))));
      return measurementOf({
        'thousand-together': figureOf(
          'ms',
          rounds.map(({ wall }) => wall),
          3 * REQUESTS,
        ),
        'thousand-added-up': figureOf(
          'ms',
          rounds.map(({ sum }) => sum),
          3 * REQUESTS,
        ),
        'sockets-at-once': counted(most, 3 * REQUESTS),
        'call-here': call,
        'calls-in-a-row': figureOf('ms', inARow),
        'calls-at-once': figureOf('ms', atOnce),
      });
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  },
};

function timesOut(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/silent', agent: false, timeout: TIMEOUT_MS });
    sent.on('timeout', () => {
      sent.destroy();
      resolve();
    });
    sent.on('response', () => reject(new Error('expected no answer from a silent service')));
    // Destroying it is an error to it; any other comes before the timeout.
    sent.on('error', (error) => (sent.destroyed ? resolve() : reject(error)));
    sent.end();
  });
}

function quick(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/quick' }, (response) => {
      response.resume();
      response.on('end', () => resolve());
    })
      .on('error', reject)
      .end();
  });
}
