import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createServiceClient } from '@quickbite/shared/testing';
import type { ServiceClient } from '@quickbite/shared/testing';

const ENTRY = resolve(import.meta.dirname, '../dist/main.js');

/** The provider as a process that can be killed. */
export interface StartedProviderProcess {
  readonly call: ServiceClient;
  /** SIGKILL: it gets no chance to finish anything. */
  readonly kill: () => Promise<void>;
}

export async function startProviderProcess(env: NodeJS.ProcessEnv): Promise<StartedProviderProcess> {
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
    return { call: createServiceClient(Number(port), 'it asks for no identity, and so this signs none'), kill };
  }
  await kill();
  throw new Error(`expected ${ENTRY} to listen, but it ended. Build first: npm run build`);
}
