import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { portInLog, startProcess } from './gateway/processes.js';
import type { StartedProcess } from './gateway/processes.js';

/** How many positions of drivers driver-service takes a second, what one costs, and how few are written. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    drivers: { type: 'string', default: '200' },
    connections: { type: 'string', default: '32' },
  },
});
const SECRET = 'the-secret-of-the-benchmark-for-identities';
type Positions = Record<'received' | 'written' | 'history', number>;

async function positions(service: StartedProcess): Promise<Positions> {
  const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  const count = (step: string): number =>
    Number(new RegExp(`^driver_positions\\{.*step="${step}".*\\} (\\d+)`, 'm').exec(text)?.[1]);
  return { received: count('received'), written: count('written'), history: count('history') };
}

async function untilReady(service: StartedProcess): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while ((await fetch(`http://127.0.0.1:${service.port}/health/ready`)).status !== 200)
    if (performance.now() > giveUpAt) throw new Error('driver-service was expected to be ready within 30 s');
}

interface Sent {
  readonly sent: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly before: Positions;
}

/** Runs the sender; what is measured begins when all drivers have their profile. */
async function send(service: StartedProcess): Promise<Sent> {
  const script = join(root, 'benchmarks/dist/locations/sender.js');
  const url = `http://127.0.0.1:${service.port}`;
  const args = [script, url, values.seconds, values.drivers, values.connections, SECRET];
  const sender = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let before: { readonly cpu: number; readonly positions: Positions } | undefined;
  for await (const line of createInterface({ input: sender.stdout })) {
    const said = JSON.parse(line) as { readonly event?: string; readonly sent: number; readonly seconds: number };
    if (said.event === 'sending')
      before = { cpu: service.cpuSeconds() ?? Number.NaN, positions: await positions(service) };
    else if (before)
      return { ...said, cpuSeconds: (service.cpuSeconds() ?? Number.NaN) - before.cpu, before: before.positions };
  }
  throw new Error('expected the sender to say what it sent, but it ended');
}

const folder = mkdtempSync(join(tmpdir(), 'quickbite-bench-locations-'));
const running: StartedProcess[] = [];
try {
  const start = async (name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<StartedProcess> => {
    const one = await startProcess({ name, folder, command: process.execPath, args, env, isUp: portInLog });
    running.push(one);
    return one;
  };
  const engine = (name: string): Promise<StartedProcess> =>
    start(name, [join(root, `engines/dist/${name}/main.js`), '--port', '0', '--data', join(folder, `${name}-data`)]);
  const [mongo, redis, amqp] = [await engine('mongo'), await engine('redis'), await engine('amqp')];
  const service = await start('driver-service', [join(root, 'services/driver-service/dist/main.js')], {
    PORT: '0',
    LOG_LEVEL: 'info',
    IDENTITY_SECRET: SECRET,
    MONGO_URL: `mongodb://127.0.0.1:${mongo.port}/driver_service`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    AMQP_URL: `amqp://guest:guest@127.0.0.1:${amqp.port}`,
  });
  await untilReady(service);
  process.stdout.write(
    `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)} before, Node ${process.versions.node}, embedded engines\n` +
      `${values.drivers} drivers on ${values.connections} connections, straight to driver-service, for ${values.seconds} s\n\n`,
  );
  const { sent, seconds, cpuSeconds, before } = await send(service);
  const after = await positions(service);
  const share = (step: 'written' | 'history'): string => {
    const count = after[step] - before[step];
    return `${count} (${((count / sent) * 100).toFixed(1)} %)`;
  };
  process.stdout.write(
    `positions taken      ${Math.round(sent / seconds)} a second, ${sent} in all\n` +
      `CPU of the service   ${Math.round((cpuSeconds / sent) * 1e6)} µs for each\n` +
      `written              ${share('written')}\n` +
      `of those, history    ${share('history')}\n`,
  );
} finally {
  for (const one of running.toReversed()) await one.stop();
  rmSync(folder, { recursive: true, force: true });
}
