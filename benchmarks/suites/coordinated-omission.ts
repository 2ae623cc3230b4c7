import { setTimeout as delay } from 'node:timers/promises';
import { driveLoad } from '../load/drive-load.js';
import type { LoadResult, Offer } from '../load/load-plan.js';
import { correctOmission } from '../measurement/coordinated-omission.js';
import { medianOf } from '../measurement/percentiles.js';
import { createTally } from '../measurement/tally.js';
import { withServer } from '../targets/with-server.js';
import type { TargetServer } from '../targets/with-server.js';
import { addErrors } from './measure-loads.js';
import type { BenchContext, FigureNote, Suite } from './suite.js';

const CONNECTIONS = 4;
const RATE = 300;
/** The server stands still for a quarter of each load, from a third of it on. */
const STALL_SHARE = 0.25;
const STALL_FROM = 0.33;

/** How it is measured. */
const WAYS = {
  closed: 'a closed loop, as it is often done',
  corrected: 'the same answers, corrected for those that were not sent',
  paced: 'an open loop: sent when due, whether or not answers came',
} as const;

/** The same outage for every load. */
async function underOutage(context: BenchContext, server: TargetServer, offer: Offer): Promise<LoadResult> {
  const { runtime, seconds, signal } = context;
  const journeys = [[{ method: 'GET' as const, path: '/quick', headers: {}, expects: 200 }]];
  const load = driveLoad(runtime.root, { target: server.url, journeys, first: 0, offer, seconds }, signal);
  const outage = delay(1000 * seconds * STALL_FROM, undefined, { signal }).then(() =>
    server.ask(`/stall?ms=${Math.round(1000 * seconds * STALL_SHARE)}`),
  );
  const [result] = await Promise.all([load, outage]);
  return result;
}

async function measure(context: BenchContext) {
  const { repetitions, onProgress } = context;
  const tally = createTally();
  await withServer(context.runtime.root, async (server) => {
    for (let turn = 1; turn <= repetitions; turn += 1) {
      onProgress(`an outage, measured by a closed loop (${turn} of ${repetitions})`);
      const closed = (await underOutage(context, server, { kind: 'closed', connections: CONNECTIONS })).steps[0];
      onProgress(`the same outage, ${RATE} a second (${turn} of ${repetitions})`);
      const paced = (await underOutage(context, server, { kind: 'paced', rate: RATE })).steps[0];
      if (!closed || !paced) continue;
      tally.addLatencies('closed', 'ms', closed.latencies);
      // What one connection did before it had to wait is what it was meant to do.
      const interval = medianOf(Array.from(closed.latencies)) ?? 1;
      tally.addLatencies('corrected', 'ms', correctOmission(closed.latencies, interval));
      tally.addLatencies('paced', 'ms', paced.latencies);
      addErrors('closed-errors', tally, closed);
      addErrors('paced-errors', tally, paced);
      for (const [name, { latencies }] of Object.entries({ closed, paced })) {
        const slow = latencies.filter((ms) => ms > 100).length;
        tally.add(`${name}-slow`, '%', (100 * slow) / latencies.length, latencies.length);
      }
    }
  });
  return tally.measurement();
}

const percentiles = Object.fromEntries(
  Object.entries(WAYS).flatMap(([name, what]) =>
    [50, 90, 99].map((p): [string, FigureNote] => [
      `${name}-p${p}`,
      { what: `${what}: ${p} % are answered within`, unit: 'ms' },
    ]),
  ),
);

/** The same outage, measured wrongly and rightly. */
export const coordinatedOmission: Suite = {
  id: 'coordinated-omission',
  title: 'Coordinated omission',
  question:
    'A server stands still for a quarter of the time. What does a load generator report that waits for each answer, and what one that does not?',
  concepts: ['capacity-estimation', 'metrics-and-slos'],
  questions: ['how-many-orders-a-second'],
  figures: {
    ...percentiles,
    'closed-slow': { what: `${WAYS.closed}: answers that took over 100 ms`, unit: '%' },
    'paced-slow': { what: `${WAYS.paced}: answers that took over 100 ms`, unit: '%' },
    'closed-errors': { what: `${WAYS.closed}: wrong or no answers`, unit: '%' },
    'paced-errors': { what: `${WAYS.paced}: wrong or no answers`, unit: '%' },
  },
  charts: [90, 99].map((p) => ({
    title: `${p} % are answered within`,
    bars: Object.fromEntries(Object.entries(WAYS).map(([name, what]) => [`${name}-p${p}`, what])),
  })),
  measure,
};
