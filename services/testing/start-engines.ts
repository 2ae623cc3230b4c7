import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type EngineName = 'mongo' | 'redis' | 'amqp';

/** An embedded engine that runs as a process of its own, for one test file. */
export interface StartedEngine {
  readonly port: number;
  /** `SIGKILL`: it dies without a word. Its data and port stay. */
  kill(): Promise<void>;
  /** `SIGSTOP`: connections stay open and nothing answers. */
  pause(): void;
  /** `SIGCONT`. */
  resume(): void;
  /** Starts it again after `kill`, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it, and deletes its data. */
  stop(): Promise<void>;
}

const ENGINES = fileURLToPath(new URL('../../engines/dist/', import.meta.url));

/** Starts an embedded engine on a free port with an empty data folder. Needs a build. */
export async function startEngine(name: EngineName): Promise<StartedEngine> {
  const data = await mkdtemp(path.join(tmpdir(), `quickbite-${name}-`));
  let { child, port } = await launch(name, 0, data);

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  return {
    get port() {
      return port;
    },
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async restart() {
      await kill();
      ({ child, port } = await launch(name, port, data));
    },
    async stop() {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function launch(name: EngineName, port: number, data: string): Promise<{ child: ChildProcess; port: number }> {
  const main = path.join(ENGINES, name, 'main.js');
  const child = spawn(process.execPath, [main, '--port', String(port), '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    const listening = portOf(line);
    if (listening === undefined) continue;
    // Read on, or the engine would block on a full pipe.
    child.stdout.resume();
    return { child, port: listening };
  }
  throw new Error(`expected ${main} to listen, but it ended: ${errors}. Build first: node launcher/dev.cjs build`);
}

function portOf(line: string): number | undefined {
  const message: unknown = line.startsWith('{') ? JSON.parse(line) : undefined;
  const isListening = typeof message === 'object' && message !== null && 'event' in message && 'port' in message;
  return isListening && message.event === 'listening' ? Number(message.port) : undefined;
}
