import type { ProcessDef } from '@quickbite/runtime/definitions';
import { servicesIn } from '../probes/declared-knobs.js';
import type { Scenario } from '../protocol/index.js';
import { lintFolders, storyOf } from './catalog-folders.js';
import { lintDefect } from './defects.js';
import { lintKnobs } from './knobs.js';
import { readPages } from './pages.js';
import type { Page } from './pages.js';
import type { Problem } from './problem.js';
import { brokenReferences } from './references.js';

/** Options of `lintLab`. */
export interface LintOptions {
  /** The repository's root. */
  readonly root: string;
  readonly catalog: readonly Scenario[];
  /** What a stack can consist of. */
  readonly processes: readonly ProcessDef[];
}

/**
 * Checks that scenarios, concepts, questions and claims hold together: whatever is named exists, and nothing stands alone.
 * @returns what is wrong; nothing when all is well
 */
export async function lintLab({ root, catalog, processes }: LintOptions): Promise<readonly Problem[]> {
  const [concepts, questions, claims] = await Promise.all([
    readPages(root, 'docs/guide'),
    readPages(root, 'docs/interview'),
    readPages(root, 'docs/claims'),
  ]);
  const all = [concepts, questions, claims];
  const named = (kind: 'concepts' | 'questions' | 'claims'): Set<string> =>
    new Set(catalog.flatMap((scenario) => scenario[kind]));
  return [
    ...(await lintFolders(
      root,
      catalog.map((scenario) => scenario.id),
    )),
    ...all.flatMap(({ problems }) => problems),
    ...all.flatMap(({ pages }) => pages.flatMap((page) => brokenReferences(root, page))),
    ...catalog.flatMap((scenario) => [
      ...missing(scenario, 'concept', scenario.concepts, concepts.pages),
      ...missing(scenario, 'question', scenario.questions, questions.pages),
      ...missing(scenario, 'claim', scenario.claims, claims.pages),
      ...unknownServices(scenario, processes),
      ...lintDefect(root, scenario),
    ]),
    ...alone(concepts.pages, named('concepts'), 'is a concept that no scenario shows'),
    ...alone(claims.pages, named('claims'), 'is a claim that no scenario measures'),
    ...[...questions.pages, ...claims.pages].flatMap((page) => lintConcepts(page, concepts.pages)),
    ...(await lintKnobs(root, catalog, processes)),
  ];
}

function missing(scenario: Scenario, kind: string, ids: readonly string[], pages: readonly Page[]): readonly Problem[] {
  if (ids.length === 0) return [{ file: storyOf(scenario.id), message: `names no ${kind}` }];
  return ids
    .filter((id) => !pages.some((page) => page.id === id))
    .map((id) => ({ file: storyOf(scenario.id), message: `names the ${kind} "${id}", which has no page` }));
}

function alone(pages: readonly Page[], named: ReadonlySet<string>, message: string): readonly Problem[] {
  return pages.filter((page) => !named.has(page.id)).map((page) => ({ file: page.file, message }));
}

function lintConcepts(page: Page, concepts: readonly Page[]): readonly Problem[] {
  if (page.concepts.length === 0) return [{ file: page.file, message: 'names no concept' }];
  return page.concepts
    .filter((id) => !concepts.some((concept) => concept.id === id))
    .map((id) => ({ file: page.file, message: `names the concept "${id}", which has no page` }));
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
