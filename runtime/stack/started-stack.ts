import type { LaunchSite } from './launch-process.js';
import { definitionsOf } from './recorded-definitions.js';
import { createStackLink, unknownLink } from './stack-link.js';
import { createStackProcess } from './stack-process.js';
import type { StartedStack } from './stack.js';
import type { StackState } from './state-file.js';
import { findRecord, readState, refOf } from './state-file.js';
import { takeDown } from './take-down.js';

/** The handle of a stack whose processes are recorded in its state file. */
export function createStartedStack(
  site: LaunchSite,
  state: StackState,
  options: { readonly owned: boolean },
): StartedStack {
  const defs = definitionsOf(state, site.context.catalogue);
  const processes = defs.map((def) => createStackProcess(site, def, findRecord(state, def.name)));
  const links = state.links.flatMap((record) => {
    const target = defs.find(({ name }) => name === record.to);
    return target ? [createStackLink({ state, launcher: site.launcher }, target, record)] : [];
  });
  let owned = options.owned;
  let going: Promise<void> | undefined;
  const down = (): Promise<void> => (going ??= takeDown(site.folder, readState(site.folder), site.context));
  return {
    id: state.id,
    folder: site.folder,
    mode: state.mode,
    adoptedFrom: state.adopted?.project,
    processes,
    links,
    link: (from, to) => {
      const found = links.find((candidate) => candidate.from === from && candidate.to === to);
      if (found) return found;
      throw unknownLink(state, { from, to });
    },
    labKey: state.secrets['lab'] ?? '',
    process: (name) => processes.find((candidate) => candidate.name === name) ?? throwUnknown(state, name),
    usage: () => {
      const records = readState(site.folder)?.processes ?? [];
      return site.launcher.usage(records.flatMap((record) => refOf(record) ?? []));
    },
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
