import { ExpectedError } from '../errors/index.js';
import type { ProcessDef } from '../definitions/index.js';

/**
 * The chosen processes and everything that they depend on, in the catalogue's order.
 * @param names undefined: all but what is booted only on demand
 */
export function withDependencies(catalogue: readonly ProcessDef[], names: readonly string[] | undefined): ProcessDef[] {
  if (!names) return catalogue.filter(({ onDemand }) => !onDemand);
  const byName = new Map(catalogue.map((def) => [def.name, def]));
  const chosen = new Set<string>();
  const choose = (name: string): void => {
    const def = byName.get(name);
    if (!def) throw unknownProcess(name, catalogue);
    if (chosen.has(name)) return;
    chosen.add(name);
    def.dependsOn.forEach(choose);
  };
  names.forEach(choose);
  return catalogue.filter((def) => chosen.has(def.name));
}

/** The error for a name that is not in the catalogue. */
export function unknownProcess(name: string, catalogue: readonly ProcessDef[]): ExpectedError {
  return new ExpectedError(`There is no process "${name}".`, {
    next: `Choose among ${catalogue.map((def) => def.name).join(', ')}.`,
    exitCode: 2,
  });
}

/**
 * Runs work for each definition as soon as the work of all its neighbours is done: as parallel as the graph allows.
 * @param neighbours names that come first; names outside of `defs` are ignored
 * @throws when the graph has a cycle, or the first error of the work, after all work that had begun has ended
 */
export async function inOrder(
  defs: readonly ProcessDef[],
  neighbours: (def: ProcessDef) => readonly string[],
  work: (def: ProcessDef) => Promise<void>,
): Promise<void> {
  const byName = new Map(defs.map((def) => [def.name, def]));
  const begun = new Map<string, Promise<void>>();
  const begin = (def: ProcessDef, path: readonly string[]): Promise<void> => {
    if (path.includes(def.name)) throw new Error(`circular dependency: ${[...path, def.name].join(' -> ')}`);
    const known = begun.get(def.name);
    if (known) return known;
    const first = neighbours(def).flatMap((name) => byName.get(name) ?? []);
    const before = first.map((other) => begin(other, [...path, def.name]));
    const done = Promise.all(before).then(() => work(def));
    begun.set(def.name, done);
    return done;
  };
  const outcomes = await Promise.allSettled(defs.map((def) => begin(def, [])));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The reverse arrows: who depends on a definition. */
export function dependentsOf(defs: readonly ProcessDef[]): (def: ProcessDef) => string[] {
  return (def) => defs.filter((other) => other.dependsOn.includes(def.name)).map((other) => other.name);
}
