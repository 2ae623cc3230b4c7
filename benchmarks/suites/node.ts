import { createTally } from '../measurement/tally.js';
import { withServer } from '../targets/with-server.js';
import { loadNotes, measureLoads, mergeNotes } from './measure-loads.js';
import type { BenchContext, FigureNote, Suite } from './suite.js';

const CONNECTIONS = 16;
const RATE = 300;

/** What the server does besides: nothing, or a hash every 200 ms. */
const WAYS = {
  idle: 'requests that cost nothing, beside nothing else',
  async: 'requests that cost nothing, beside hashes on the thread pool',
  sync: 'requests that cost nothing, beside hashes on the event loop',
} as const;
const HOWS = ['sync', 'async'] as const;

async function measure(context: BenchContext) {
  const { runtime, repetitions, onProgress, signal } = context;
  const tally = createTally();
  await withServer(runtime.root, async (server) => {
    const loads = Object.keys(WAYS).map((how) => ({
      name: how,
      target: server.url,
      journeys: [[{ method: 'GET' as const, path: '/quick', headers: {}, expects: 200 }]],
      connections: CONNECTIONS,
      rate: RATE,
      processes: [{ name: 'server', pid: server.pid }],
      prepare: async () => {
        await server.ask(`/hashing?how=${how}`);
        await server.ask('/delay');
      },
      finish: async () => {
        const { p99Ms, meanMs } = await server.ask<{ readonly p99Ms: number; readonly meanMs: number }>('/delay');
        tally.add(`${how}-loop-delay-p99`, 'ms', p99Ms);
        tally.add(`${how}-loop-delay-mean`, 'ms', meanMs);
      },
    }));
    await measureLoads(context, tally, loads);
    await server.ask('/hashing?how=none');
    for (let turn = 1; turn <= repetitions; turn += 1) {
      onProgress(`ten hashes at once (${turn} of ${repetitions})`);
      for (const how of HOWS) {
        signal.throwIfAborted();
        tally.add(`ten-hashes-${how}`, 'ms', (await server.ask<{ readonly ms: number }>(`/ten?how=${how}`)).ms, 10);
      }
    }
  });
  return tally.measurement();
}

const own: Record<string, FigureNote> = Object.fromEntries([
  ...HOWS.map((how): [string, FigureNote] => [
    `ten-hashes-${how}`,
    { what: `ten passwords hashed ${how === 'sync' ? 'on the event loop' : 'on the thread pool'}`, unit: 'ms' },
  ]),
  ...Object.entries(WAYS).flatMap(([how, what]): [string, FigureNote][] => [
    [`${how}-loop-delay-p99`, { what: `${what}: how late 99 % of the timers were at most`, unit: 'ms' }],
    [`${how}-loop-delay-mean`, { what: `${what}: how late timers were on average`, unit: 'ms' }],
  ]),
]);

/** What blocks Node.js. */
export const node: Suite = {
  id: 'node',
  title: 'The event loop',
  question:
    'A server hashes passwords, on its event loop or on the thread pool. What do requests notice that have nothing to do with it?',
  concepts: ['event-loop'],
  questions: ['what-blocks-the-event-loop', 'is-the-mean-event-loop-delay-a-good-alarm'],
  figures: {
    ...own,
    ...mergeNotes(
      Object.entries(WAYS).map(([how, what]) => loadNotes(how, what, { rate: RATE, processes: ['server'] })),
    ),
  },
  charts: [
    {
      title: `90 % of the requests are answered within, ${RATE} a second`,
      bars: { 'idle-paced-p90': 'no hashing', 'async-paced-p90': 'thread pool', 'sync-paced-p90': 'event loop' },
    },
    {
      title: 'ten hashes at once',
      bars: { 'ten-hashes-sync': 'event loop', 'ten-hashes-async': 'thread pool' },
    },
  ],
  measure,
};
