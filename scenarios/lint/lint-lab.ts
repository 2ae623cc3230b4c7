import type { ProcessDef } from '@quickbite/runtime/definitions';
import { readDeclaredKnobs, servicesIn } from '../probes/declared-knobs.js';
import type { Scenario } from '../protocol/index.js';
import { ARMS } from '../protocol/index.js';
import { CATALOG, lintFolders } from './catalog-folders.js';
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
    ]),
    ...alone(concepts.pages, named('concepts'), 'is a concept that no scenario shows'),
    ...alone(claims.pages, named('claims'), 'is a claim that no scenario measures'),
    ...[...questions.pages, ...claims.pages].flatMap((page) => lintConcepts(page, concepts.pages)),
    ...(await lintKnobs(root, catalog, processes)),
  ];
}

const fileOf = (scenario: Scenario): string => `${CATALOG}/${scenario.id}/scenario.ts`;

function missing(scenario: Scenario, kind: string, ids: readonly string[], pages: readonly Page[]): readonly Problem[] {
  if (ids.length === 0) return [{ file: fileOf(scenario), message: `names no ${kind}` }];
  return ids
    .filter((id) => !pages.some((page) => page.id === id))
    .map((id) => ({ file: fileOf(scenario), message: `names the ${kind} "${id}", which has no page` }));
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

function unknownServices(scenario: Scenario, processes: readonly ProcessDef[]): readonly Problem[] {
  return scenario.services
    .filter((service) => !servicesIn(processes).some(({ name }) => name === service))
    .map((service) => ({ file: fileOf(scenario), message: `boots "${service}", which is no service` }));
}

/** Each knob that an arm sets must be one of its service's. */
async function lintKnobs(
  root: string,
  catalog: readonly Scenario[],
  processes: readonly ProcessDef[],
): Promise<readonly Problem[]> {
  const set = catalog.flatMap((scenario) => {
    const { arms } = scenario.withSettings([]);
    return ARMS.flatMap((arm) =>
      Object.entries(arms[arm]).map(([service, values]) => ({ scenario, service, names: Object.keys(values) })),
    );
  });
  const problems: Problem[] = [];
  for (const service of new Set(set.map((entry) => entry.service))) {
    const users = set.filter((entry) => entry.service === service);
    const def = servicesIn(processes).find(({ name }) => name === service);
    const known = def ? (await readDeclaredKnobs(root, def)).map((knob) => knob.name) : [];
    for (const { scenario, names } of users) {
      const wrong = names.filter((name) => !known.includes(name));
      problems.push(
        ...wrong.map((name) => ({
          file: fileOf(scenario),
          message: `sets the knob "${name}", which ${service} does not have`,
        })),
      );
    }
  }
  return problems.filter(
    (problem, n) =>
      problems.findIndex((other) => other.message === problem.message && other.file === problem.file) === n,
  );
}
