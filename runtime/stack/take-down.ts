import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessDef } from '../definitions/index.js';
import { dependentsOf, inOrder } from './dependency-graph.js';
import type { LaunchSite } from './launch-process.js';
import { definitionsOf } from './recorded-definitions.js';
import type { StackState } from './state-file.js';
import { findStrayProcesses, killStrays } from './stray-processes.js';

const SERVICE_GRACE_MS = 5000;
/** Their data is removed with the stack: a clean end would save it for nobody. */
const ENGINE_GRACE_MS = 1000;

/**
 * Ends all processes, dependents first, then whatever else carries the mark of the stack, then removes the folder.
 * @param state undefined when the state file is missing or damaged: then only the marks help
 */
export async function takeDown(site: LaunchSite, state: StackState | undefined): Promise<void> {
  if (state) await stopAll(site, state);
  const strays = await findStrayProcesses(dirname(site.folder));
  await killStrays(strays.filter((stray) => stray.folder === site.folder));
  await rm(site.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

async function stopAll({ launcher, context }: LaunchSite, state: StackState): Promise<void> {
  const records = new Map(state.processes.map((record) => [record.name, record]));
  const stop = async (def: Pick<ProcessDef, 'name' | 'kind'>): Promise<void> => {
    const { pid, startedAt } = records.get(def.name) ?? {};
    records.delete(def.name);
    if (pid === undefined || startedAt === undefined) return;
    const graceMs = def.kind === 'engine' ? ENGINE_GRACE_MS : SERVICE_GRACE_MS;
    await launcher.stop({ name: def.name, pid, startedAt }, { graceMs });
  };
  const defs = definitionsOf(state, context.catalogue);
  await inOrder(defs, dependentsOf(defs), stop);
  // What another version of QuickBite booted under a name that this one does not know.
  for (const record of records.values()) await stop(record);
}
