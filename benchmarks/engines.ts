import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Contender, EngineBenchmark, Measured, Workload } from './engines/benchmark.js';
import { engineBenchmarks } from './engines/catalog.js';
import { startEngine } from './engines/engine-process.js';
import type { StartedEngine } from './engines/engine-process.js';

/** What the embedded engines cost beside the servers that they stand for, where those are installed: both in one run, in turns. */

const USAGE = `usage: npm run bench:engines -- [${[...engineBenchmarks.keys()].join('|')} ...] [--rounds 3] [--seconds 3]`;

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const [rounds, seconds] = [values.rounds, values.seconds].map((text) => {
  const number = Number(text);
  return Number.isInteger(number) && number > 0
    ? number
    : refuse(`expected whole numbers above 0 for --rounds and --seconds, got "${text}"`);
}) as [number, number];

const run = promisify(execFile);

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n${USAGE}\n`);
  process.exit(2);
}

async function measureEngine(name: string, benchmark: EngineBenchmark): Promise<void> {
  const contenders = benchmark.contenders();
  process.stdout.write(`\n${name}: ${contenders.map(({ title }) => title).join(', ')}\n`);
  await measureStart(contenders, benchmark);
  const running = new Map<Contender, StartedEngine>();
  try {
    for (const contender of contenders) running.set(contender, await startEngine(contender, benchmark.answers));
    for (const [index, workload] of benchmark.workloads.entries()) {
      await measureWorkload({ name, index, workload, running });
    }
  } finally {
    for (const engine of running.values()) await engine[Symbol.asyncDispose]();
  }
}

/** Starts and ends each in turns. */
async function measureStart(contenders: readonly Contender[], { answers, goals }: EngineBenchmark): Promise<void> {
  const measured = contenders.map((contender) => ({ contender, ready: [] as number[], rest: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, ready, rest } of measured) {
      await using engine = await startEngine(contender, answers);
      ready.push(engine.readyMs);
      const megabytes = await engine.restMb();
      if (megabytes !== undefined) rest.push(megabytes);
    }
  }
  row('start', 'ready ms', 'MB at rest', '', '', 'goal of the embedded one');
  for (const { contender, ready, rest } of measured) {
    const goal =
      contender === contenders[0]
        ? `${below(median(ready), goals.readyMs, 'ms')}, ${below(median(rest), goals.restMb, 'MB')}`
        : '';
    row(`  ${contender.title}`, spread(ready, 0), rest.length > 0 ? spread(rest, 0) : '-', '', '', goal);
  }
}

async function measureWorkload(options: {
  readonly name: string;
  readonly index: number;
  readonly workload: Workload;
  readonly running: ReadonlyMap<Contender, StartedEngine>;
}): Promise<void> {
  const { name, index, workload, running } = options;
  const measured = [...running].map(([contender, engine]) => ({ contender, engine, results: [] as Measured[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { engine, results } of measured) results.push(await load(name, index, engine));
  }
  row(workload.title, 'operations/s', 'CPU µs/op', 'p50 ms', 'p99 ms', '');
  for (const [place, { contender, results }] of measured.entries()) {
    const perSecond = results.map((result) => result.perSecond);
    const p99 = results.map((result) => result.p99Ms);
    const cpu = results.flatMap(({ cpuMicros }) => cpuMicros ?? []);
    row(
      `  ${contender.title}`,
      spread(perSecond, 0),
      cpu.length > 0 ? spread(cpu, 1) : '-',
      spread(
        results.map((result) => result.p50Ms),
        2,
      ),
      spread(p99, 2),
      place === 0 ? goalOf(workload, median(perSecond), median(p99)) : '',
    );
  }
}

async function load(name: string, index: number, engine: StartedEngine): Promise<Measured> {
  const script = fileURLToPath(new URL('./engines/load.js', import.meta.url));
  const args = [script, name, index, engine.port, engine.pid, seconds].map(String);
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

function goalOf({ goal }: Workload, perSecond: number, p99Ms: number): string {
  const parts = [
    ...(goal?.perSecond === undefined
      ? []
      : [`${goal.perSecond}/s ${perSecond >= goal.perSecond ? 'reached' : 'missed'}`]),
    ...(goal?.p99Ms === undefined ? [] : [`p99 ${below(p99Ms, goal.p99Ms, 'ms')}`]),
  ];
  return parts.join(', ');
}

function below(measured: number, goal: number, unit: string): string {
  return `< ${goal} ${unit} ${measured < goal ? 'reached' : 'missed'}`;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function spread(numbers: readonly number[], digits: number): string {
  const text = (number: number): string => number.toFixed(digits);
  return `${text(median(numbers))} (${text(Math.min(...numbers))}-${text(Math.max(...numbers))})`;
}

function row(title: string, ...cells: readonly string[]): void {
  const goal = cells[cells.length - 1] ?? '';
  const figures = cells.slice(0, -1).map((cell) => cell.padStart(22));
  process.stdout.write(`${title.padEnd(44)}${figures.join('')}   ${goal}`.trimEnd() + '\n');
}

async function main(): Promise<void> {
  const names = positionals.length > 0 ? positionals : [...engineBenchmarks.keys()];
  const unknown = names.find((name) => !engineBenchmarks.has(name));
  if (unknown !== undefined) refuse(`expected ${[...engineBenchmarks.keys()].join(', ')}, got "${unknown}"`);
  process.stdout.write(
    `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)} before, Node ${process.versions.node}\n` +
      `${rounds} rounds of ${seconds} s in turns; median (range)\n`,
  );
  for (const name of names) {
    const benchmark = await engineBenchmarks.get(name)?.();
    if (benchmark) await measureEngine(name, benchmark);
  }
}

await main();
