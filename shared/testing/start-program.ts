import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A service in a process of its own, as in a stack: one that can be killed. */
export interface StartedProgram {
  readonly port: number;
  /** SIGKILL: it gets no chance to finish anything. Returns when it is gone. */
  readonly kill: () => Promise<void>;
}

/**
 * Runs a built program, and returns when it listens; it may not be ready yet. It does not outlive the test run.
 * @param entry its `dist/main.js`
 * @throws Error when it ends before
 */
export async function startProgram(entry: string, env: NodeJS.ProcessEnv): Promise<StartedProgram> {
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    env: { ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithTest = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithTest);
  const kill = async (): Promise<void> => {
    process.off('exit', killWithTest);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /"message":"listening".*"port":(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return { port: Number(port), kill };
  }
  await kill();
  throw new Error(`expected ${entry} to listen, but it ended. Build first: npm run build`);
}
