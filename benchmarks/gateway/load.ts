import autocannon from 'autocannon';

/** As much load as is taken, by connections that each wait for their answer (a closed model). In a process of its own; prints what came of it. Arguments: url, seconds, connections, token. */

const [url = '', seconds = '', connections = '', token = ''] = process.argv.slice(2);
/** ms; autocannon's own percentiles are whole ones. */
const latencies: number[] = [];

const result = await new Promise<autocannon.Result>((resolve, reject) => {
  const running = autocannon(
    {
      url,
      duration: Number(seconds),
      connections: Number(connections),
      ...(token !== '' && { headers: { authorization: `Bearer ${token}` } }),
    },
    (error: Error | null, done) => {
      if (error) reject(error);
      else resolve(done);
    },
  );
  running.on('response', (_client, _status, _bytes, ms) => latencies.push(ms));
});
latencies.sort((a, b) => a - b);
const percentile = (share: number): number | undefined => latencies[Math.floor((latencies.length - 1) * share)];
process.stdout.write(
  JSON.stringify({
    answers: result['2xx'],
    failures: result.non2xx + result.errors + result.timeouts,
    perSecond: result['2xx'] / result.duration,
    p50: percentile(0.5),
    p99: percentile(0.99),
  }),
);
