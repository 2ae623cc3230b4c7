import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startField } from './gateway/contenders.js';
import type { Contender } from './gateway/contenders.js';
import { median, row, spread } from './gateway/table.js';

/** What the gateway costs: requests a second and processor time beside other proxies, and the latency that it adds at half load. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
    /** Skips the question how much they take, and judges the added latency at so many a second. 0: at half of that. */
    rate: { type: 'string', default: '0' },
  },
});
const rounds = wholeNumber('rounds', 1);
const seconds = wholeNumber('seconds', 1);
const connections = wholeNumber('connections', 1);
const givenRate = wholeNumber('rate', 0);

function wholeNumber(name: keyof typeof values, least: number): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= least) return number;
  process.stderr.write(`expected a whole number from ${least} for --${name}, got "${values[name]}"\n`);
  process.exit(2);
}

interface Load {
  readonly answers: number;
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** How late requests went out, ms; only where they have a time to go out at. */
  readonly lagP50?: number;
}

/** One round for one contender. */
interface Measured extends Load {
  /** Processor time of the proxy for one answer, µs. */
  readonly cpuMicros: number | undefined;
}

const run = promisify(execFile);

/** A generator that is later than this says more about itself than about the proxies, ms. */
const LAG_BOUND_MS = 1;
/** What the gateway may add to the median at half load, ms. */
const GOAL_ADDED_P50_MS = 1.5;

/** @param rate requests a second, evenly spaced; 0: as many as it takes, each connection one after the other */
async function measure(
  { title, url, token = '', process: proxy }: Contender,
  rate: number,
  lasting = seconds,
): Promise<Measured> {
  const before = proxy.cpuSeconds();
  const [script, ...args] =
    rate > 0
      ? ['steady-load.js', url, String(lasting), String(rate), token]
      : ['load.js', url, String(lasting), String(connections), token];
  const { stdout } = await run(process.execPath, [join(root, 'benchmarks/dist/gateway', script), ...args]);
  const load = JSON.parse(stdout) as Load;
  if (load.failures > 0 || load.answers === 0)
    throw new Error(
      `${title}: ${load.failures} of ${load.answers + load.failures} requests failed, so the figures mean nothing`,
    );
  const after = proxy.cpuSeconds();
  const cpuMicros = before === undefined || after === undefined ? undefined : ((after - before) / load.answers) * 1e6;
  return { ...load, cpuMicros };
}

/** Contenders take turns, so that what else the machine does meets all of them. */
async function inTurns(
  contenders: readonly Contender[],
  rateOf: (contender: Contender) => number,
): Promise<Map<Contender, Measured[]>> {
  const measured = new Map<Contender, Measured[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [contender, results] of measured) results.push(await measure(contender, rateOf(contender)));
  return measured;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quickbite-bench-gateway-'));
  const field = await startField({ root, folder });
  try {
    const { contenders } = field;
    process.stdout.write(
      `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)} before, Node ${process.versions.node}, Redis: ${field.redis}\n` +
        `${connections} connections, answers of 1.5 kB, ${rounds} rounds of ${seconds} s in turns; median (range)\n\n`,
    );
    for (const contender of contenders) await measure(contender, 0, 2);

    const rate = givenRate > 0 ? givenRate : Math.round((await capacityOf(contenders)) / 2);
    row(`at ${rate} a second, evenly spaced`, 'answers/s', 'CPU µs/answer', 'p50 ms', 'p99 ms');
    const half = await inTurns(contenders, () => rate);
    for (const [{ title }, results] of half) report(title, results);
    process.stdout.write('\n');
    for (const line of addedLatency(half)) process.stdout.write(`${line}\n`);
  } finally {
    await field.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what the slowest took in its best round, a second: what else the machine does must not choose the load */
async function capacityOf(contenders: readonly Contender[]): Promise<number> {
  row('as much as it takes', 'answers/s', 'CPU µs/answer', 'p50 ms', 'p99 ms');
  const full = await inTurns(contenders, () => 0);
  for (const [{ title }, results] of full) report(title, results);
  process.stdout.write('\n');
  return Math.min(...[...full.values()].map((results) => Math.max(...results.map(({ perSecond }) => perSecond))));
}

/** What each proxy adds to the median of the upstream itself, round by round: both met the same machine. */
function addedLatency(half: ReadonlyMap<Contender, readonly Measured[]>): string[] {
  const [direct = [], ...others] = [...half.values()];
  const titles = [...half.keys()].slice(1).map(({ title }) => title);
  const lag = median([...half.values()].flatMap((results) => results.map(({ lagP50 = 0 }) => lagP50)));
  const judged = lag <= LAG_BOUND_MS;
  return others.map((results, index) => {
    const added = results.map(({ p50 }, round) => p50 - (direct[round]?.p50 ?? Number.NaN));
    const verdict = median(added) < GOAL_ADDED_P50_MS ? 'below' : 'not below';
    const judgement = judged
      ? `${verdict} ${GOAL_ADDED_P50_MS} ms`
      : `not judged: requests went out ${lag.toFixed(1)} ms late`;
    return `${(titles[index] ?? '').padEnd(46)} adds ${spread(added, 2)} ms to the median; ${judgement}`;
  });
}

function report(title: string, results: readonly Measured[]): void {
  const cpu = results.flatMap(({ cpuMicros }) => cpuMicros ?? []);
  row(
    title,
    spread(
      results.map(({ perSecond }) => perSecond),
      0,
    ),
    cpu.length > 0 ? spread(cpu, 0) : '-',
    spread(
      results.map(({ p50 }) => p50),
      1,
    ),
    spread(
      results.map(({ p99 }) => p99),
      1,
    ),
  );
}

await main();
