import type { ProcessDef } from '../definitions/index.js';
import { toxiproxy } from '../definitions/index.js';
import type { StackState } from './state-file.js';

/**
 * The definitions of what a stack consists of: each under the name of its instance, and each depending on all instances of
 * what it depends on, and on the proxy that is in one of its links. What the catalogue does not know is left out.
 */
export function definitionsOf(state: StackState, catalogue: readonly ProcessDef[]): ProcessDef[] {
  const instancesOf = (name: string): string[] =>
    state.processes.filter((record) => (record.instanceOf ?? record.name) === name).map((record) => record.name);
  return state.processes.flatMap((record) => {
    const def = catalogue.find(({ name }) => name === (record.instanceOf ?? record.name));
    if (!def) return [];
    const proxied = state.links.some(({ from }) => from === record.name);
    const names = proxied ? [...def.dependsOn, toxiproxy.name] : def.dependsOn;
    return [{ ...def, name: record.name, dependsOn: names.flatMap(instancesOf) }];
  });
}
