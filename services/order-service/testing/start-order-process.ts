import { resolve } from 'node:path';
import { createServiceClient, eventually, startProgram } from '@quickbite/shared/testing';
import type { ServiceClient, StartedProgram } from '@quickbite/shared/testing';

const ENTRY = resolve(import.meta.dirname, '../dist/main.js');

/** An instance of order-service as a process that can be killed. */
export interface StartedOrderProcess extends StartedProgram {
  readonly call: ServiceClient;
}

/** @param env that of the surroundings */
export async function startOrderProcess(env: NodeJS.ProcessEnv): Promise<StartedOrderProcess> {
  const { port, kill } = await startProgram(ENTRY, env);
  const call = createServiceClient(port, env['IDENTITY_SECRET'] ?? '');
  // It listens before it has its database.
  await eventually(async () => {
    const { status } = await call('GET', '/health/ready');
    if (status !== 200) throw new Error(`expected another order-service to be ready, got ${status}`);
  });
  return { port, call, kill };
}
