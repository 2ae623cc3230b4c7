import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startField } from './gateway/contenders.js';
import type { Contender } from './gateway/contenders.js';

/** What the gateway costs: requests a second and processor time beside other proxies, and the latency that it adds at half load. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
  },
});
const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map((text) => {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`expected whole numbers above 0 for --rounds, --seconds and --connections, got "${text}"\n`);
  process.exit(2);
}) as [number, number, number];

interface Load {
  readonly answers: number;
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** One round for one contender. */
interface Measured extends Load {
  /** Processor time of the proxy for one answer, µs. */
  readonly cpuMicros: number | undefined;
}

const run = promisify(execFile);

/** @param rate requests a second; 0: as many as it takes */
async function measure(
  { title, url, token = '', process: proxy }: Contender,
  rate: number,
  lasting = seconds,
): Promise<Measured> {
  const before = proxy.cpuSeconds();
  const script = join(root, 'benchmarks/dist/gateway/load.js');
  const { stdout } = await run(process.execPath, [
    script,
    url,
    String(lasting),
    String(connections),
    String(rate),
    token,
  ]);
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

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function row(...cells: readonly string[]): void {
  const [title = '', ...rest] = cells;
  process.stdout.write(`${title.padEnd(46)}${rest.map((cell) => cell.padStart(20)).join('')}\n`);
}

function spread(numbers: readonly number[], digits: number): string {
  const text = (number: number): string => number.toFixed(digits);
  return `${text(median(numbers))} (${text(Math.min(...numbers))}-${text(Math.max(...numbers))})`;
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

    row('as much as it takes', 'answers/s', 'CPU µs/answer', 'p50 ms', 'p99 ms');
    const full = await inTurns(contenders, () => 0);
    for (const [{ title }, results] of full) report(title, results);

    // Half of what the slowest took in its best round: what else the machine does must not choose the load.
    const capacity = Math.min(
      ...[...full.values()].map((results) => Math.max(...results.map(({ perSecond }) => perSecond))),
    );
    const rate = Math.round(capacity / 2);
    process.stdout.write('\n');
    row(`at ${rate} a second, half of what the slowest can`, 'answers/s', 'CPU µs/answer', 'p50 ms', 'p99 ms');
    const half = await inTurns(contenders, () => rate);
    for (const [{ title }, results] of half) report(title, results);
  } finally {
    await field.stop();
    rmSync(folder, { recursive: true, force: true });
  }
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
