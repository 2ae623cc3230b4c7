import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessDef } from '../definitions/index.js';
import type { Launcher, Stray } from '../launchers/index.js';
import { launcherOf } from './context.js';
import type { RuntimeContext } from './context.js';
import { dependentsOf, inOrder } from './dependency-graph.js';
import { definitionsOf } from './recorded-definitions.js';
import { refOf } from './state-file.js';
import type { StackState } from './state-file.js';

const SERVICE_GRACE_MS = 5000;
/** Their data is removed with the stack: a clean end would save it for nobody. */
const ENGINE_GRACE_MS = 1000;

/**
 * Ends all processes, dependents first, then whatever else carries the mark of the stack, then removes the folder. Of a stack
 * that was adopted it ends nothing: its processes are not ours, and carry no mark.
 * @param state undefined when the state file is missing or damaged: then only the marks help
 */
export async function takeDown(folder: string, state: StackState | undefined, context: RuntimeContext): Promise<void> {
  const launchers = state ? [launcherOf(state.mode, context)] : allLaunchers(context);
  if (state && !state.adopted && launchers[0]) await stopAll(launchers[0], state, context);
  for (const launcher of launchers) {
    const strays = await launcher.findStrays(dirname(folder));
    await launcher.removeStrays(strays.filter((stray) => stray.folder === folder));
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Whatever carries the mark of a stack below that folder, in any mode. */
export async function findStrays(stacksFolder: string, context: RuntimeContext): Promise<Stray[]> {
  return (await Promise.all(allLaunchers(context).map((launcher) => launcher.findStrays(stacksFolder)))).flat();
}

/** Removes what `findStrays` found. */
export async function removeStrays(strays: readonly Stray[], context: RuntimeContext): Promise<void> {
  for (const launcher of allLaunchers(context)) {
    await launcher.removeStrays(strays);
  }
}

const allLaunchers = (context: RuntimeContext): Launcher[] => [
  launcherOf('process', context),
  launcherOf('docker', context),
];

async function stopAll(launcher: Launcher, state: StackState, context: RuntimeContext): Promise<void> {
  const records = new Map(state.processes.map((record) => [record.name, record]));
  const stop = async (def: Pick<ProcessDef, 'name' | 'kind'>): Promise<void> => {
    const record = records.get(def.name);
    records.delete(def.name);
    const ref = record && refOf(record);
    if (!ref) return;
    await launcher.stop(ref, { graceMs: def.kind === 'engine' ? ENGINE_GRACE_MS : SERVICE_GRACE_MS });
  };
  const defs = definitionsOf(state, context.catalogue);
  await inOrder(defs, dependentsOf(defs), stop);
  // What another version of QuickBite booted under a name that this one does not know.
  for (const record of records.values()) await stop(record);
}
