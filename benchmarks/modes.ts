import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * What a warm stack takes in each mode, and in each profile of Compose: the time until all is ready, the memory once a city is
 * seeded, and how large the images of ours are. A row for each, as a table for a page.
 *
 *     npm run bench:modes -- [--runs 3] [processes] [containers] [core] [observability] [full] [scale]
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = 'quickbite-bench';
const PROFILES = ['core', 'observability', 'full', 'scale'] as const;
/** Those that the CLI can adopt. */
const SEEDED: readonly string[] = ['core', 'full'];
const MIB = 1024 ** 2;
const MB = 1e6;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' } },
});
const runs = Number(values.runs);
const home = mkdtempSync(join(tmpdir(), 'quickbite-bench-'));

/** One row. Each function leaves nothing up. */
interface Row {
  readonly what: string;
  /** Seconds of each warm boot. */
  readonly boots: readonly number[];
  readonly memoryBytes: number;
  /** Sizes of the images of ours; none as processes. */
  readonly imageBytes: readonly number[];
}

/** Runs a program to its end. @throws Error with what it printed when it fails */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, QUICKBITE_HOME: home, COMPOSE_PROFILES: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0
        ? resolve(stdout)
        : reject(new Error(`${command} ${args.join(' ')} ended with ${String(status)}:\n${stdout}${stderr}`)),
    );
  });
}

const quickbite = (...args: readonly string[]): Promise<string> => run(process.execPath, ['quickbite', ...args]);

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Boots several times, and looks at the last one while it is up. */
async function measure<T>(up: () => Promise<unknown>, down: () => Promise<unknown>, look: () => Promise<T>) {
  const boots: number[] = [];
  try {
    // What is missing is built now, and not measured.
    await up();
    for (let boot = 0; boot < runs; boot += 1) {
      await down();
      boots.push(await secondsOf(up));
    }
    return { boots, ...(await look()) };
  } finally {
    await down();
  }
}

async function memoryWithCity(): Promise<number> {
  await quickbite('seed');
  const taken = JSON.parse(await quickbite('stats', '--json')) as readonly { readonly memoryBytes: number }[];
  return taken.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
}

/** Of the containers that carry a label. */
async function memoryOf(label: string): Promise<number> {
  const ids = (await run('docker', ['ps', '--quiet', '--filter', `label=${label}`])).trim().split('\n');
  const used = await run('docker', ['stats', '--no-stream', '--format', '{{.MemUsage}}', ...ids]);
  return used
    .trim()
    .split('\n')
    .map((line) => {
      const [, count = 'nothing', unit = ''] = /^([\d.]+)([KMG]?)i?B/.exec(line) ?? [];
      return Number(count) * 1024 ** ' KMG'.indexOf(unit || ' ');
    })
    .reduce((sum, each) => sum + each, 0);
}

async function hasImage(name: string): Promise<boolean> {
  return run('docker', ['image', 'inspect', name]).then(
    () => true,
    () => false,
  );
}

const embeddedMongo = async (): Promise<boolean> =>
  !(await hasImage(process.env['QUICKBITE_IMAGE_MONGO'] ?? 'mongo:7.0'));

/** Of the containers that carry a label. */
async function imagesOf(label: string): Promise<readonly number[]> {
  const names = await run('docker', ['ps', '--filter', `label=${label}`, '--format', '{{.Image}}']);
  const ours = [...new Set(names.trim().split('\n'))].filter((name) => name.startsWith('quickbite/'));
  return (await run('docker', ['image', 'inspect', '--format', '{{.Size}}', ...ours])).trim().split('\n').map(Number);
}

async function processes(): Promise<Row> {
  const up = () => quickbite('up', '--launcher', 'process');
  const look = async () => ({ memoryBytes: await memoryWithCity(), imageBytes: [] });
  return { what: '`quickbite up --launcher process`', ...(await measure(up, () => quickbite('down'), look)) };
}

async function containers(): Promise<Row> {
  const engines = (await embeddedMongo()) ? ['--engine', 'mongo=embedded'] : [];
  const up = () => quickbite('up', '--launcher', 'docker', ...engines);
  const look = async () => ({
    memoryBytes: await memoryWithCity(),
    imageBytes: await imagesOf(`dev.quickbite.home=${home}`),
  });
  return { what: '`quickbite up --launcher docker`', ...(await measure(up, () => quickbite('down'), look)) };
}

/** Compose is told of the same base images as the lab. */
const composeSettings = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => {
      const [, which] = /^QUICKBITE_IMAGE_(\w+)$/.exec(name) ?? [];
      return which && value ? [[`${which}_IMAGE`, value]] : [];
    }),
  );

async function profile(name: (typeof PROFILES)[number]): Promise<Row> {
  const files = ['docker-compose.yml', ...((await embeddedMongo()) ? ['deploy/docker/embedded-mongo.yml'] : [])];
  const scaled = name === 'scale' ? ['--env-file', 'deploy/scale.env'] : [];
  const settings = ['--env-file', '.env.example', ...scaled, '--profile', name];
  const compose = (all: readonly string[], ...args: readonly string[]) =>
    run(
      'docker',
      ['compose', '-p', PROJECT, ...settings, ...all.flatMap((file) => ['-f', file]), ...args],
      composeSettings(),
    );
  // It is opened to the CLI, which seeds it.
  const opened = [...files, 'deploy/docker/lab.yml'];
  await compose(opened, 'build');
  const needed = (await compose(opened, 'config', '--images')).trim().split('\n');
  const has = await Promise.all(needed.map(hasImage));
  const missing = needed.filter((_, index) => has[index] !== true);
  if (missing.length > 0) throw new Error(`the profile ${name} needs ${[...new Set(missing)].join(', ')}`);
  const measured = await measure(
    () => compose(opened, 'up', '-d', '--wait'),
    () => compose(opened, 'down', '--volumes'),
    async () => {
      if (SEEDED.includes(name)) {
        await quickbite('up', '--adopt', PROJECT);
        await quickbite('seed');
        await quickbite('down');
      }
      const label = `com.docker.compose.project=${PROJECT}`;
      return { memoryBytes: await memoryOf(label), imageBytes: await imagesOf(label) };
    },
  );
  const empty = SEEDED.includes(name) ? '' : ', without a city';
  return { what: `\`docker compose up --wait\`, profile \`${name}\`${empty}`, ...measured };
}

const ROWS: Readonly<Record<string, () => Promise<Row>>> = {
  processes,
  containers,
  ...Object.fromEntries(PROFILES.map((name) => [name, () => profile(name)])),
};

/** Median and range. */
function seconds(boots: readonly number[]): string {
  const sorted = boots.toSorted((one, other) => one - other);
  const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(1);
  return `${at(Math.floor((sorted.length - 1) / 2))} s (${at(0)} to ${at(sorted.length - 1)})`;
}

function sizes(bytes: readonly number[]): string {
  if (bytes.length === 0) return '-';
  return `${(Math.min(...bytes) / MB).toFixed(0)} to ${(Math.max(...bytes) / MB).toFixed(0)} MB`;
}

async function main(): Promise<void> {
  const chosen = positionals.length > 0 ? positionals : Object.keys(ROWS);
  const unknown = chosen.filter((name) => !(name in ROWS));
  if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
    process.stderr.write(
      `expected some of ${Object.keys(ROWS).join(', ')} and --runs of at least 1, got ${process.argv.slice(2).join(' ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}\n\n`);
  process.stdout.write('| what | warm boot | memory, all together | an image of ours |\n| --- | --- | --- | --- |\n');
  for (const name of chosen) {
    const row = await ROWS[name]?.().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    const cells =
      typeof row === 'object'
        ? [row.what, seconds(row.boots), `${(row.memoryBytes / MIB).toFixed(0)} MiB`, sizes(row.imageBytes)]
        : [name, `not measured: ${row ?? ''}`.replaceAll('\n', ' '), '', ''];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

try {
  await main();
} finally {
  rmSync(home, { recursive: true, force: true });
}
