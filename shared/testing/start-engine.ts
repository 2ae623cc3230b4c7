import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The embedded servers that an integration test may start. */
export type EngineName = 'mongo' | 'redis' | 'amqp';

/** An engine that runs as a real process on a port of its own, with a temporary folder. */
export interface StartedEngine {
  readonly name: EngineName;
  readonly port: number;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Stops and continues it (SIGSTOP, SIGCONT): while paused it hangs instead of refusing. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port and folder, with SIGKILL first if it still runs. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const ENGINES = resolve(import.meta.dirname, '../../engines/dist');
const GIVE_UP_MS = 15_000;

/**
 * Starts an embedded engine from `engines/dist` on a free port.
 * @throws Error with what the engine wrote to stderr when it does not listen within 15 s
 */
export async function startEngine(name: EngineName): Promise<StartedEngine> {
  const folder = await mkdtemp(join(tmpdir(), `quickbite-test-${name}-`));
  let running = await launch(name, folder, 0);
  const { port } = running;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // A paused process acts on no signal but SIGKILL until it continues.
    child.kill('SIGCONT');
    await exited;
  };
  return {
    name,
    port,
    kill: () => end('SIGKILL'),
    pause: () => void running.child.kill('SIGSTOP'),
    resume: () => void running.child.kill('SIGCONT'),
    async restart() {
      await end('SIGKILL');
      running = await launch(name, folder, port);
    },
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(name: EngineName, folder: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const entry = join(ENGINES, name, 'main.js');
  const args = ['--enable-source-maps', entry, '--port', String(port), '--data', folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killWithTest = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithTest);
  child.once('exit', () => process.off('exit', killWithTest));

  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((onListening, reject) => {
    const fail = (what: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`The ${name} engine ${what}. Build it with "npm run build". ${stderr}`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${GIVE_UP_MS} ms`), GIVE_UP_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${String(code)} before it listened`);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const listening = /"(?:event|message)":"listening".*"port":(\d+)/.exec(line)?.[1];
      if (listening === undefined) return;
      clearTimeout(timer);
      onListening({ child, port: Number(listening) });
    });
  });
}
