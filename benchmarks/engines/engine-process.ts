import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Contender, EngineBenchmark } from './benchmark.js';
import { processTree } from '../measurement/process-tree.js';

/** A server that has answered a request. */
export interface StartedEngine extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** From spawn to the first answer. */
  readonly readyMs: number;
  /** Memory once the processor has had nothing to do for a while, MB; undefined where /proc does not say. */
  restMb(): Promise<number | undefined>;
}

const PATIENCE_MS = 30_000;
const POLL_MS = 2;
const REST_SAMPLE_MS = 500;
const REST_SAMPLES = 20;

export async function startEngine(contender: Contender, answers: EngineBenchmark['answers']): Promise<StartedEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'quickbite-bench-engines-'));
  const port = await freePort();
  const log = join(folder, 'server.log');
  const output = openSync(log, 'w');
  const started = performance.now();
  const child = spawn(contender.command, contender.args(port, folder), {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...contender.env?.(port, folder) },
  });
  closeSync(output);
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(late);
    await contender.afterwards?.(port);
    rmSync(folder, { recursive: true, force: true });
  };
  while (!(await answers(port))) {
    if (child.exitCode === null && performance.now() - started < PATIENCE_MS) {
      await delay(POLL_MS);
      continue;
    }
    const text = readFileSync(log, 'utf8');
    await stop();
    throw new Error(`${contender.title} was expected to answer within ${PATIENCE_MS} ms:\n${text}`);
  }
  const readyMs = performance.now() - started;
  const pid = child.pid ?? 0;
  return { port, pid, readyMs, restMb: () => memoryAtRest(pid), [Symbol.asyncDispose]: stop };
}

async function memoryAtRest(pid: number): Promise<number | undefined> {
  let before = processTree(pid);
  for (let sample = 0; sample < REST_SAMPLES; sample += 1) {
    await delay(REST_SAMPLE_MS);
    const after = processTree(pid);
    if (before === undefined || after === undefined) return undefined;
    // Two hundredths of a second: timers go on at rest.
    if (after.cpuSeconds - before.cpuSeconds <= 0.02) return after.residentBytes / 2 ** 20;
    before = after;
  }
  throw new Error(
    `expected the server to come to rest within ${(REST_SAMPLES * REST_SAMPLE_MS) / 1000} s, it was busy`,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
