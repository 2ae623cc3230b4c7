import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/amqp/main.js', import.meta.url));

/** The broker as its own process, as the lab runs it. */
export class BrokerProcess {
  readonly pid: number;
  readonly port: number;
  /** What the broker logged of failures of its own, which are bugs. */
  readonly failures: string[] = [];
  readonly #child: ReturnType<typeof spawnBroker>;

  private constructor(child: ReturnType<typeof spawnBroker>, port: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.port = port;
    void this.#watchLog();
  }

  static async start(dataDir: string): Promise<BrokerProcess> {
    const child = spawnBroker(dataDir);
    for await (const line of lines(child.stdout)) {
      const { event, port } = JSON.parse(line) as { event: string; port?: number };
      if (event !== 'listening' || port === undefined) continue;
      return new BrokerProcess(child, port);
    }
    throw new Error('The broker ended before it listened.');
  }

  async #watchLog(): Promise<void> {
    for await (const line of lines(this.#child.stdout)) if (line.includes('"internal error"')) this.failures.push(line);
  }

  get url(): string {
    return `amqp://127.0.0.1:${this.port}`;
  }

  /** Ends it; resolves with the exit code, null after a signal. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill(signal);
      await ended;
    }
    return this.#child.exitCode;
  }
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'quickbite-amqp-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function spawnBroker(dataDir: string) {
  return spawn(process.execPath, [MAIN, '--port', '0', '--data', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function* lines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
