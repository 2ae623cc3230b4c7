import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout under test. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

/** The story of the circuit-breaker scenario at a quarter of its length, on engines that start fast. */
export const SHORTENED: readonly string[] = [
  ...['wrongIdsMs=800', 'steadyMs=1000', 'outageMs=5000', 'recoveryMs=3500'].flatMap((setting) => ['--set', setting]),
  ...['timeoutMs=800', 'windowMs=1200', 'resetMs=1500'].flatMap((setting) => ['--set', setting]),
  ...['mongo', 'redis', 'rabbitmq'].flatMap((engine) => ['--engine', `${engine}=embedded`]),
];

/** A command that is running. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves when stderr holds the text; rejects when the command ends before. */
  says(text: string): Promise<void>;
  readonly ended: Promise<EndedCommand>;
}

/** A command that has ended. */
export interface EndedCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built CLI with a state home of its own. `using` removes the home. */
export interface Lab extends Disposable {
  readonly home: string;
  start(...args: string[]): RunningCommand;
  run(...args: string[]): Promise<EndedCommand>;
}

/** @param root the checkout whose CLI runs; by default this one */
export function openLab(root: string = repository): Lab {
  const home = mkdtempSync(join(tmpdir(), 'quickbite-e2e-'));
  const start = (...args: string[]): RunningCommand => {
    const child = spawn(process.execPath, [join(root, 'cli', 'dist', 'main.js'), ...args], {
      cwd: root,
      env: { ...process.env, QUICKBITE_HOME: home, CI: 'true', NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<EndedCommand>((resolve) => {
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    const says = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        void ended.then(() => reject(new Error(`it ended before it said "${text}":\n${stderr}\n${stdout}`)));
        look();
      });
    return { child, says, ended };
  };
  return {
    home,
    start,
    run: (...args) => start(...args).ended,
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}
