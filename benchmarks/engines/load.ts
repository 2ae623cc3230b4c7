import { engineBenchmarks } from './catalog.js';
import type { ConnectedClient, Measured } from './benchmark.js';
import { processTree } from '../measurement/process-tree.js';

/** Makes load in a process of its own and prints what came of it: engine, number of the workload, port, pid of the server, seconds. */

const WARM_UP_MS = 1000;

const [engine = '', index = '', port = '', pid = '', seconds = ''] = process.argv.slice(2);
const workload = (await engineBenchmarks.get(engine)?.())?.workloads[Number(index)];
if (!workload)
  throw new Error(`expected the name of an engine and the number of a workload, got "${engine}" "${index}"`);

const clients: ConnectedClient[] = [];
for (let client = 0; client < workload.clients; client += 1) {
  clients.push(await workload.connect(Number(port), client));
}
await keepAsking(WARM_UP_MS);
const before = processTree(Number(pid));
const { latencies, elapsedMs } = await keepAsking(Number(seconds) * 1000);
const after = processTree(Number(pid));
await Promise.all(clients.map((client) => client.close()));

const operations = latencies.length * workload.operationsPerRequest;
latencies.sort((a, b) => a - b);
const measured: Measured = {
  perSecond: (operations * 1000) / elapsedMs,
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
  cpuMicros: before && after && ((after.cpuSeconds - before.cpuSeconds) * 1e6) / operations,
};
process.stdout.write(JSON.stringify(measured));

/** Has every client ask, one request after the other, for so long; in ms, what each request took. */
async function keepAsking(forMs: number): Promise<{ latencies: number[]; elapsedMs: number }> {
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let asked = performance.now(); asked - started < forMs;) {
        await client.once();
        const answered = performance.now();
        latencies.push(answered - asked);
        asked = answered;
      }
    }),
  );
  return { latencies, elapsedMs: performance.now() - started };
}

function percentile(share: number): number {
  return latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
}
