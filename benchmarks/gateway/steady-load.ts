import { Pool } from 'undici';

/**
 * Makes load as customers do, who do not wait for each other: one request after the other at even distances, whether or not those
 * before were answered. In a process of its own; prints what came of it. Arguments: url, seconds, rate a second, token.
 */

const [address = '', seconds = '', rate = '', token = ''] = process.argv.slice(2);
const url = new URL(address);
const pool = new Pool(url.origin, { connections: 256, pipelining: 1 });
const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
const latencies: number[] = [];
const lags: number[] = [];
const open = new Set<Promise<void>>();
let failures = 0;

async function send(intendedAt: number): Promise<void> {
  const sentAt = performance.now();
  lags.push(sentAt - intendedAt);
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: url.pathname, headers });
    await body.dump();
    if (statusCode === 200) latencies.push(performance.now() - sentAt);
    else failures += 1;
  } catch {
    failures += 1;
  }
}

const pauseMs = 1000 / Number(rate);
const planned = Math.round(Number(seconds) * Number(rate));
const startedAt = performance.now();
await new Promise<void>((done) => {
  let sent = 0;
  const turn = (): void => {
    while (sent < planned && startedAt + sent * pauseMs <= performance.now()) {
      const sending = send(startedAt + sent * pauseMs).finally(() => open.delete(sending));
      open.add(sending);
      sent += 1;
    }
    if (sent < planned) setTimeout(turn, Math.max(0, startedAt + sent * pauseMs - performance.now()));
    else done();
  };
  turn();
});
const tookSeconds = (performance.now() - startedAt) / 1000;
await Promise.all(open);
await pool.close();

const percentile = (numbers: number[], share: number): number | undefined =>
  numbers.sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)];
process.stdout.write(
  JSON.stringify({
    answers: latencies.length,
    failures,
    perSecond: latencies.length / tookSeconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    lagP50: percentile(lags, 0.5),
  }),
);
