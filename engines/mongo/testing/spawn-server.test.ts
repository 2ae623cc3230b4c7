import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MongoUnderTest } from '../behaviours/fixture.test.js';

const MAIN = fileURLToPath(new URL('../../dist/mongo/main.js', import.meta.url));

/** A real server process, as a stack starts it, for the tests of this engine. */
export interface SpawnedServer extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** Ends the process with a signal and gives its exit code; `null` for a killed one. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts the built server on a free port and waits until it says that it listens. */
export async function spawnServer(dataDir: string): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const port = await Promise.race([
    listeningPort(child),
    exited.then((code) => {
      throw new Error(`expected the server to listen, but it exited with ${code ?? 'a signal'}`);
    }),
  ]);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    process: child,
    port,
    url: `mongodb://127.0.0.1:${port}/test`,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL');
    },
  };
}

/** The embedded server on a data folder of its own, which goes with it. */
export async function startEmbedded(): Promise<MongoUnderTest> {
  const folder = await temporaryFolder();
  const { port, stop } = await spawnServer(folder.path);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGTERM');
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function listeningPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('expected the server to have a stdout');
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line) as { event: string; port: number };
    if (event.event !== 'listening') continue;
    child.stdout.resume();
    return event.port;
  }
  throw new Error('expected a line with the event "listening", got none');
}

/** A data folder that disappears with its scope. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'quickbite-mongo-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
