import type { LaunchSite } from './launch-process.js';
import { createStackProcess } from './stack-process.js';
import type { StartedStack } from './stack.js';
import type { StackState } from './state-file.js';
import { findRecord, readState } from './state-file.js';
import { takeDown } from './take-down.js';

/** The handle of a stack whose processes are recorded in its state file. */
export function createStartedStack(
  site: LaunchSite,
  state: StackState,
  options: { readonly owned: boolean },
): StartedStack {
  const processes = state.processes.flatMap((record) => {
    const def = site.context.catalogue.find(({ name }) => name === record.name);
    return def ? [createStackProcess(site, def, record)] : [];
  });
  let owned = options.owned;
  let going: Promise<void> | undefined;
  const down = (): Promise<void> => (going ??= takeDown(site, readState(site.folder)));
  return {
    id: state.id,
    folder: site.folder,
    mode: state.mode,
    processes,
    labKey: state.secrets['lab'] ?? '',
    process: (name) => processes.find((candidate) => candidate.name === name) ?? throwUnknown(state, name),
    down,
    detach: () => {
      owned = false;
    },
    [Symbol.asyncDispose]: async () => {
      if (owned) await down();
    },
  };
}

function throwUnknown(state: StackState, name: string): never {
  findRecord(state, name);
  throw new Error(`${name} is recorded in the stack "${state.id}" but not in the catalogue`);
}
