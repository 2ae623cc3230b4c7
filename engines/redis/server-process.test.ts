import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The embedded server as it is run in a stack: the built entry file. */
export const EMBEDDED_ENTRY = fileURLToPath(new URL('../dist/redis/main.js', import.meta.url));

export interface StartedProcess extends AsyncDisposable {
  readonly port: number;
  readonly child: ChildProcess;
}

export async function startEmbedded(...options: string[]): Promise<StartedProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-test-'));
  const child = spawn(process.execPath, [EMBEDDED_ENTRY, '--port', '0', '--data', folder, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { event?: string; port?: number };
    if (entry.event === 'listening' && entry.port !== undefined) return started(child, entry.port, folder);
  }
  throw new Error('expected the embedded server to listen, it ended before');
}

/** The first Redis server on PATH; QUICKBITE_REDIS_SERVER names another one. */
export function findNativeServer(): string | undefined {
  const candidates = [process.env['QUICKBITE_REDIS_SERVER'], 'redis-server', 'valkey-server'];
  return candidates.find((binary) => binary !== undefined && spawnSync(binary, ['--version']).status === 0);
}

export async function startNative(binary: string): Promise<StartedProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'redis-test-'));
  const port = await freePort();
  const child = spawn(binary, ['--port', String(port), '--save', '', '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('Ready to accept connections')) return started(child, port, folder);
  }
  throw new Error(`expected ${binary} to listen on ${port}, it ended before`);
}

function started(child: ChildProcess, port: number, folder: string): StartedProcess {
  child.stdout?.resume();
  return {
    port,
    child,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
