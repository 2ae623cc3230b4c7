import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startField } from '../gateway/contenders.js';
import type { Contender } from '../gateway/contenders.js';
import { createTally } from '../measurement/tally.js';
import { loadNotes, measureLoads, medianLatency, mergeNotes } from './measure-loads.js';
import type { BenchContext, Suite } from './suite.js';

const CONNECTIONS = 32;
const RATE = 400;

/** Who answers the same request with 1.5 kB of JSON. */
const CONTENDERS = {
  upstream: 'the server behind, asked directly',
  nginx: 'nginx with one worker, no defence',
  middleware: 'http-proxy-middleware on Express, no defence',
  gateway: 'the gateway, every defence, no copies',
  'signed-in': 'the gateway, every defence, signed in',
  copies: 'the gateway, every defence, copies',
} as const;
const PROXIES = ['nginx', 'middleware', 'gateway', 'signed-in', 'copies'] as const;

async function measure(context: BenchContext) {
  const { runtime, onProgress, signal } = context;
  const tally = createTally();
  const folder = mkdtempSync(path.join(tmpdir(), 'quickbite-bench-gateway-'));
  onProgress('starting the proxies, and a server behind them');
  try {
    const field = await startField({ root: runtime.root, folder });
    try {
      signal.throwIfAborted();
      context.onEngines?.({ redis: field.redis });
      const loads = field.contenders.map((contender) => ({
        name: contender.name,
        target: contender.origin,
        journeys: [[requestOf(contender)]],
        connections: CONNECTIONS,
        rate: RATE,
        processes: [{ name: 'proxy', pid: contender.process.pid }],
      }));
      await measureLoads(context, tally, loads, (results) => {
        for (const proxy of PROXIES) {
          const result = results.get(proxy);
          if (result) tally.add(`${proxy}-hop`, 'ms', medianLatency(result) - medianLatency(results.get('upstream')));
        }
      });
      if (!field.contenders.some(({ name }) => name === 'nginx'))
        for (const figure of Object.keys(figures))
          if (figure.startsWith('nginx-')) tally.withhold(figure, 'nginx is not installed here');
    } finally {
      await field.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally.measurement();
}

const requestOf = ({ path: at, token }: Contender) => ({
  method: 'GET' as const,
  path: at,
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  expects: 200,
});

const figures: Suite['figures'] = {
  ...Object.fromEntries(
    PROXIES.map((name) => [
      `${name}-hop`,
      { what: `${CONTENDERS[name]}: what it adds to the median, ${RATE} a second`, unit: 'ms' as const },
    ]),
  ),
  ...mergeNotes(
    Object.entries(CONTENDERS).map(([name, what]) => loadNotes(name, what, { rate: RATE, processes: ['proxy'] })),
  ),
};

/** What the gateway costs. */
export const gateway: Suite = {
  id: 'gateway',
  title: 'What the gateway costs',
  question: 'Each request makes one hop more. What does the gateway add to it, and how many does it take?',
  concepts: ['api-gateway-pattern', 'capacity-estimation'],
  questions: ['gateway-or-reverse-proxy'],
  figures,
  charts: [
    {
      title: 'answers a second, as many as are taken',
      bars: Object.fromEntries(Object.entries(CONTENDERS).map(([name, what]) => [`${name}-rate`, what])),
    },
    {
      title: `what a hop adds to the median, ${RATE} a second`,
      bars: Object.fromEntries(PROXIES.map((name) => [`${name}-hop`, CONTENDERS[name]])),
    },
  ],
  measure,
};
