import { driveEvents } from '../load/drive-load.js';
import type { Offer } from '../load/load-plan.js';
import { watchProcesses } from '../measurement/process-usage.js';
import { createTally } from '../measurement/tally.js';
import { watchedOf, withBenchStack } from './bench-stack.js';
import { usageNotes } from './measure-loads.js';
import type { BenchContext, FigureNote, Suite } from './suite.js';

const IN_FLIGHT = 100;
const RATE = 200;

/** How events are published. */
const WAYS = {
  durable: { what: `on disk before they are confirmed, ${IN_FLIGHT} at a time`, persistent: true, inFlight: IN_FLIGHT },
  transient: { what: `in memory only, ${IN_FLIGHT} at a time`, persistent: false, inFlight: IN_FLIGHT },
  'one-by-one': { what: 'on disk before they are confirmed, one at a time', persistent: true, inFlight: 1 },
} as const;

async function measure(context: BenchContext) {
  const { runtime, repetitions, seconds, warmUpSeconds, onProgress, signal } = context;
  const tally = createTally();
  await withBenchStack(context, ['rabbitmq'], async (stack) => {
    const { host, port } = stack.process('rabbitmq');
    const url = `amqp://guest:guest@${host}:${port}`;
    const drive = (persistent: boolean, offer: Offer, lasting: number) =>
      driveEvents(runtime.root, { url, persistent, offer, seconds: lasting }, signal);
    onProgress('warming up');
    await drive(true, { kind: 'closed', connections: IN_FLIGHT }, warmUpSeconds);
    for (let turn = 1; turn <= repetitions; turn += 1)
      for (const [name, { persistent, inFlight }] of Object.entries(WAYS)) {
        onProgress(`${name}: as many as are taken (${turn} of ${repetitions})`);
        const look = watchProcesses(watchedOf(stack));
        const closed = await drive(persistent, { kind: 'closed', connections: inFlight }, seconds);
        look(name, tally);
        tally.add(`${name}-rate`, '/s', closed.delivered.length / closed.seconds, closed.delivered.length);
        tally.addLatencies(`${name}-closed-confirm`, 'ms', closed.confirmed);
        tally.add(`${name}-closed-lost`, 'count', closed.published - closed.delivered.length, closed.published);
        if (inFlight === 1) continue;
        onProgress(`${name}: ${RATE} a second (${turn} of ${repetitions})`);
        const paced = await drive(persistent, { kind: 'paced', rate: RATE }, seconds);
        tally.addLatencies(`${name}-paced-confirm`, 'ms', paced.confirmed);
        tally.addLatencies(`${name}-paced-delivery`, 'ms', paced.delivered);
        tally.add(`${name}-paced-lost`, 'count', paced.published - paced.delivered.length, paced.published);
      }
  });
  return tally.measurement();
}

function notes(name: keyof typeof WAYS): Record<string, FigureNote> {
  const { what, inFlight } = WAYS[name];
  const percentiles = (figure: string, text: string): [string, FigureNote][] =>
    [50, 90, 99].map((p) => [`${name}-${figure}-p${p}`, { what: `${what}: ${p} % ${text} within`, unit: 'ms' }]);
  return {
    [`${name}-rate`]: { what: `events ${what}: published, delivered and acknowledged`, unit: '/s' },
    ...Object.fromEntries(percentiles('closed-confirm', 'are confirmed')),
    [`${name}-closed-lost`]: { what: `events ${what}: confirmed and not delivered`, unit: 'count' },
    ...(inFlight > 1 && {
      ...Object.fromEntries(percentiles('paced-confirm', `are confirmed, ${RATE} a second,`)),
      ...Object.fromEntries(percentiles('paced-delivery', `are delivered, ${RATE} a second,`)),
      [`${name}-paced-lost`]: { what: `events ${what}, ${RATE} a second: confirmed and not delivered`, unit: 'count' },
    }),
    ...usageNotes(name, `events ${what}`, ['rabbitmq']),
  };
}

/** What a broker takes, and what it costs to lose nothing. */
export const events: Suite = {
  id: 'events',
  title: 'Events through the broker',
  question: 'What does it cost to lose no event: a durable queue, persistent messages, a confirm for each?',
  concepts: ['durable-messages', 'publisher-confirms', 'message-queues'],
  questions: ['is-a-durable-queue-enough'],
  figures: { ...notes('durable'), ...notes('transient'), ...notes('one-by-one') },
  charts: [
    {
      title: 'events a second, as many as are taken',
      bars: { 'durable-rate': 'durable', 'transient-rate': 'transient', 'one-by-one-rate': 'durable, one at a time' },
    },
    {
      title: `from publishing to the consumer, median at ${RATE} a second`,
      bars: { 'durable-paced-delivery-p50': 'durable', 'transient-paced-delivery-p50': 'transient' },
    },
  ],
  measure,
};
