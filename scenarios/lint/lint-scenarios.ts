import type { ProcessDef } from '@quickbite/runtime/definitions';
import { servicesIn } from '../probes/declared-knobs.js';
import type { Scenario } from '../protocol/index.js';
import { lintFolders, storyOf } from './catalog-folders.js';
import { lintDefect } from './defects.js';
import { lintKnobs } from './knobs.js';
import { lintNotes } from './notes.js';
import type { Problem } from './problem.js';

/** Options of `lintScenarios`. */
export interface LintOptions {
  /** The repository's root. */
  readonly root: string;
  readonly catalog: readonly Scenario[];
  /** What a stack can consist of. */
  readonly processes: readonly ProcessDef[];
}

/**
 * Checks that the scenarios hold together by themselves: folders, services, links, phases, knobs and defects that they name exist.
 * The pages that belong to them are the concern of study/lint.
 * @returns what is wrong; nothing when all is well
 */
export async function lintScenarios({ root, catalog, processes }: LintOptions): Promise<readonly Problem[]> {
  const ids = catalog.map((scenario) => scenario.id);
  return [
    ...(await lintFolders(root, ids)),
    ...catalog.flatMap((scenario) => [...unknownServices(scenario, processes), ...lintDefect(root, scenario)]),
    ...(await Promise.all(catalog.map((scenario) => lintNotes(root, scenario)))).flat(),
    ...(await lintKnobs(root, catalog, processes)),
  ];
}

function unknownServices({ id, needs }: Scenario, processes: readonly ProcessDef[]): readonly Problem[] {
  const isService = (wanted: string): boolean => servicesIn(processes).some(({ name }) => name === wanted);
  // The further instances of a service are processes as well: `user-service-2`.
  const further = Object.entries(needs.instances).flatMap(([service, count]) =>
    Array.from({ length: count - 1 }, (_, n) => `${service}-${String(n + 2)}`),
  );
  const isProcess = (wanted: string): boolean =>
    further.includes(wanted) || processes.some(({ name }) => name === wanted);
  const ends = needs.links.flatMap(({ from, to }) => [from, to]);
  return [
    ...[...needs.services, ...Object.keys(needs.instances)]
      .filter((service) => !isService(service))
      .map((service) => `boots "${service}", which is no service`),
    ...[...ends, ...Object.keys(needs.env)]
      .filter((process) => !isProcess(process))
      .map((process) => `names the process "${process}", which does not exist`),
  ].map((message) => ({ file: storyOf(id), message }));
}
