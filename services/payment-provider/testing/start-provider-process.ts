import { resolve } from 'node:path';
import { createServiceClient, startProgram } from '@quickbite/shared/testing';
import type { ServiceClient, StartedProgram } from '@quickbite/shared/testing';

const ENTRY = resolve(import.meta.dirname, '../dist/main.js');

/** The provider as a process that can be killed. */
export interface StartedProviderProcess extends Pick<StartedProgram, 'kill'> {
  readonly call: ServiceClient;
}

export async function startProviderProcess(env: NodeJS.ProcessEnv): Promise<StartedProviderProcess> {
  const { port, kill } = await startProgram(ENTRY, env);
  return { call: createServiceClient(port, 'it asks for no identity, and so this signs none'), kill };
}
