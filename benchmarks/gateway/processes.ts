import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that listens. */
export interface StartedProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const PATIENCE_MS = 15_000;

/**
 * Starts a program that logs a line with its `port` once it listens. Its log goes to a file, as in a stack: a pipe would have
 * this process read it.
 * @param port where it listens, if it does not say so
 */
export async function startProcess(options: {
  readonly name: string;
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly isUp: (log: string) => number | undefined | Promise<number | undefined>;
}): Promise<StartedProcess> {
  const { name, folder, command, args, env, isUp } = options;
  const log = join(folder, `${name}.log`);
  const fd = openSync(log, 'w');
  const child = spawn(command, args, { stdio: ['ignore', fd, fd], env: { ...process.env, ...env } });
  closeSync(fd);
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const port = await isUp(readFileSync(log, 'utf8'));
    if (port !== undefined) return started(child, port);
    if (child.exitCode !== null || performance.now() > giveUpAt) {
      child.kill('SIGKILL');
      throw new Error(`${name} was expected to listen within ${PATIENCE_MS} ms:\n${readFileSync(log, 'utf8')}`);
    }
    await delay(50);
  }
}

/** The port in the line that says that a program of ours listens. */
export function portInLog(log: string): number | undefined {
  const port = /"listening".*"port":(\d+)/.exec(log)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Where a program is installed; undefined when it is not. */
export function findProgram(name: string): string | undefined {
  const candidates = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'].map((folder) => join(folder, name));
  return candidates.find((path) => spawnSync(path, ['-v'], { stdio: 'ignore' }).status === 0);
}

function started(child: ChildProcess, port: number): StartedProcess {
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(late);
    },
  };
}
