import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The embedded server as it is run in a stack: the built entry file. */
export const EMBEDDED_ENTRY = fileURLToPath(new URL('../dist/toxiproxy/main.js', import.meta.url));

export interface StartedProcess extends AsyncDisposable {
  /** Of the HTTP API. */
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
}

export async function startEmbedded(): Promise<StartedProcess> {
  const child = spawn(process.execPath, [EMBEDDED_ENTRY, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { event?: string; port?: number };
    if (entry.event === 'listening' && entry.port !== undefined) return started(child, entry.port);
  }
  throw new Error('expected the embedded server to listen, it ended before');
}

/** Toxiproxy's own server on PATH; QUICKBITE_TOXIPROXY_SERVER names another one. */
export function findNativeServer(): string | undefined {
  const candidates = [process.env['QUICKBITE_TOXIPROXY_SERVER'], 'toxiproxy-server'];
  return candidates.find((binary) => binary !== undefined && spawnSync(binary, ['--version']).status === 0);
}

export async function startNative(binary: string): Promise<StartedProcess> {
  const port = await freePort();
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const answered = await fetch(`http://127.0.0.1:${port}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return started(child, port);
    await delay(25);
  }
  throw new Error(`expected ${binary} to answer on ${port} within 10 s`);
}

function started(child: ChildProcess, port: number): StartedProcess {
  child.stdout?.resume();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    child,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
