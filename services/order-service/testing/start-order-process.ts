import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createServiceClient, eventually } from '@quickbite/shared/testing';
import type { ServiceClient } from '@quickbite/shared/testing';

const ENTRY = resolve(import.meta.dirname, '../dist/main.js');

/** An instance of order-service as a process that can be killed. */
export interface StartedOrderProcess {
  readonly port: number;
  readonly call: ServiceClient;
  /** SIGKILL: it gets no chance to finish anything. */
  readonly kill: () => Promise<void>;
}

/** @param env that of the surroundings */
export async function startOrderProcess(env: NodeJS.ProcessEnv): Promise<StartedOrderProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', ENTRY], {
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
    const call = createServiceClient(Number(port), env['IDENTITY_SECRET'] ?? '');
    // It listens before it has its database.
    await eventually(async () => {
      const { status } = await call('GET', '/health/ready');
      if (status !== 200) throw new Error(`expected another order-service to be ready, got ${status}`);
    });
    return { port: Number(port), call, kill };
  }
  await kill();
  throw new Error(`expected ${ENTRY} to listen, but it ended. Build first: npm run build`);
}
