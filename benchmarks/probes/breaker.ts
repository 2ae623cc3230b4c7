import CircuitBreaker from 'opossum';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fetch } from 'undici';
import type { Probe } from './probe.js';
import { counted, figureOf, measurementOf, repeat, timed } from '../measurement/repetitions.js';

/** As the guide sets it, with times in a tenth or less: 50 %, at least 5 calls. */
const GUIDE = { errorThresholdPercentage: 50, resetTimeout: 60_000, rollingCountTimeout: 30_000, volumeThreshold: 5 };
const TIMEOUT_MS = 200;

export const breaker: Probe = {
  id: 'breaker',
  question: 'What opens a breaker as the guide sets it, when, and what does it save?',
  engines: [],
  figures: {
    'opened-by-404':
      'breakers that were opened by answers of 404, of one, with a client that throws for every status from 400',
    'opened-by-404-filtered': 'the same, with an error filter that lets 4xx pass',
    'calls-until-open': 'calls that failed until it was open',
    'failure-closed': `time of a failure while it is closed, with a timeout of ${String(TIMEOUT_MS)} ms`,
    'failure-open': 'time of a failure while it is open',
    'refusals-995': 'time of 995 refusals, one after the other',
    'refused-half-failing': 'calls refused of twenty to a service of whose answers six of ten fail',
    'refused-of-four': 'calls refused of the four that a seldom called service gets, all of which fail',
  },
  measure: async () => {
    await using upstream = await serve();
    const client = async (path: string): Promise<number> => {
      const answer = await fetch(`${upstream.url}${path}`);
      await answer.text();
      if (answer.status >= 400) throw Object.assign(new Error('status'), { status: answer.status });
      return answer.status;
    };
    const by404 = new CircuitBreaker(client, GUIDE);
    const filtered = new CircuitBreaker(client, { ...GUIDE, errorFilter: isAnswer });
    for (const one of [by404, filtered])
      for (let n = 0; n < 10; n += 1) await one.fire('/missing').catch(() => undefined);
    const silent = new CircuitBreaker(client, { ...GUIDE, timeout: TIMEOUT_MS });
    const waits: number[] = [];
    while (!silent.opened && waits.length < 20)
      waits.push(await timed(() => silent.fire('/silent').catch(() => undefined)));
    const refusals = await repeat(3, () =>
      timed(() => repeat(995, () => silent.fire('/silent').catch(() => undefined))),
    );
    const half = await refusedOf(new CircuitBreaker(client, GUIDE), 20, (n) => (n % 10 < 6 ? '/broken' : '/'));
    const seldom = await refusedOf(new CircuitBreaker(client, GUIDE), 4, () => '/broken');
    const figures = {
      'opened-by-404': counted(by404.opened ? 1 : 0, 10),
      'opened-by-404-filtered': counted(filtered.opened ? 1 : 0, 10),
      'calls-until-open': counted(waits.length, 1),
      'failure-closed': figureOf('ms', waits),
      'failure-open': figureOf(
        'ms',
        refusals.map((ms) => ms / 995),
        3 * 995,
      ),
      'refusals-995': figureOf('ms', refusals, 3 * 995),
      'refused-half-failing': counted(half, 20),
      'refused-of-four': counted(seldom, 4),
    };
    for (const one of [by404, filtered, silent]) one.shutdown();
    return measurementOf(figures);
  },
};

const isAnswer = (error: unknown): boolean => error instanceof Error && 'status' in error && Number(error.status) < 500;

async function refusedOf(
  made: CircuitBreaker<[string], number>,
  calls: number,
  pathOf: (n: number) => string,
): Promise<number> {
  for (let n = 0; n < calls; n += 1) await made.fire(pathOf(n)).catch(() => undefined);
  const { rejects } = made.stats;
  made.shutdown();
  return rejects;
}

async function serve(): Promise<AsyncDisposable & { readonly url: string }> {
  const statuses: Readonly<Record<string, number>> = { '/': 200, '/missing': 404, '/broken': 500 };
  const server = createServer(({ url = '' }, response) => {
    const status = statuses[url];
    // Who is silent accepts and never answers.
    if (status !== undefined) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
