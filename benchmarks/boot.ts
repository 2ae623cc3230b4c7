import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** How long a person waits: for `--version`, for a stack, for a verdict, and (`--fresh`) from a clone to the first verdict. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, fresh: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`expected --runs to be a whole number of at least 1, got "${values.runs}"\n`);
  process.exit(2);
}

interface Timed {
  readonly seconds: number;
  readonly status: number | null;
  readonly output: string;
}

function timed(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Timed> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ seconds: (performance.now() - started) / 1000, status, output }));
  });
}

/** One figure: median and range over the runs. A run that fails ends the benchmark: its time means nothing. */
async function figure(title: string, goal: string, count: number, once: () => Promise<number>): Promise<void> {
  const seconds: number[] = [];
  for (let run = 0; run < count; run += 1) seconds.push(await once());
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(2);
  const median = at(Math.floor((count - 1) / 2));
  process.stdout.write(
    `${title.padEnd(52)} ${median.padStart(7)} s   ${at(0)} to ${at(count - 1)} s, ${count} runs   goal ${goal}\n`,
  );
}

async function quickbite(
  args: readonly string[],
  home: string,
  cwd = root,
  env: NodeJS.ProcessEnv = {},
): Promise<Timed> {
  const result = await timed(process.execPath, [join(cwd, 'quickbite'), ...args], {
    cwd,
    env: { ...process.env, QUICKBITE_HOME: join(home, '.quickbite'), QUICKBITE_LAUNCHER: 'process', ...env },
  });
  if (result.status !== 0)
    throw new Error(`quickbite ${args.join(' ')} ended with ${String(result.status)}:\n${result.output}`);
  return result;
}

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'quickbite-bench-'));
  try {
    process.stdout.write(
      `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, embedded engines\n`,
    );
    const embedded = ['mongo', 'redis', 'rabbitmq'].flatMap((engine) => ['--engine', `${engine}=embedded`]);
    await figure('./quickbite --version', '0.4 s', runs, async () => (await quickbite(['--version'], home)).seconds);
    await figure('./quickbite up: six services, three engines ready', '8 s', runs, async () => {
      const up = await quickbite(['up', ...embedded], home);
      await quickbite(['down'], home);
      return up.seconds;
    });
    await figure(
      './quickbite scenario circuit-breaker, warm',
      '60 s',
      1,
      async () => (await quickbite(['scenario', 'circuit-breaker'], home)).seconds,
    );
    if (values.fresh) await figure('from git clone to the verdict, empty npm cache', '120 s', 1, () => fresh(home));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function fresh(home: string): Promise<number> {
  const clone = join(home, 'clone');
  const started = performance.now();
  const cloned = spawnSync('git', ['clone', '--quiet', root, clone], { encoding: 'utf8' });
  if (cloned.status !== 0) throw new Error(`git clone failed: ${cloned.stderr}`);
  await quickbite(['scenario', 'circuit-breaker'], home, clone, { npm_config_cache: join(home, 'npm-cache') });
  return (performance.now() - started) / 1000;
}

await main();
