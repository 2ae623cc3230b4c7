import { brokenLinks, lintScenarios } from '@quickbite/scenarios/lint';
import type { LintOptions, Problem } from '@quickbite/scenarios/lint';
import { readSources } from '../sources/index.js';
import { lintBothWays } from './both-ways.js';
import { lintClaims } from './claims.js';
import { lintCode } from './code-references.js';
import { lintCourse } from './course.js';
import { lintNames } from './names.js';
import { lintParts } from './parts.js';
import { lintQuestions } from './questions.js';
import { readStudy } from './read-study.js';
import { lintSources } from './sources.js';
import type { Bench } from './study.js';

/**
 * Checks that scenarios, benchmarks, concepts, questions and claims hold together: whatever is named exists, links go both ways, and
 * nothing stands alone.
 * @returns what is wrong; nothing when all is well
 */
export async function lintLab(
  options: LintOptions & { readonly benches: readonly Bench[] },
): Promise<readonly Problem[]> {
  const { root, catalog, benches } = options;
  const { study, problems } = await readStudy(root, catalog, benches);
  const pages = [...study.concepts, ...study.questions, ...study.claims];
  return [
    ...(await lintScenarios(options)),
    ...problems,
    ...pages.flatMap((page) => brokenLinks(root, page)),
    ...[...study.concepts, ...study.claims].flatMap((page) => lintCode(root, page)),
    ...lintNames(study),
    ...lintBothWays(study),
    ...lintClaims(study),
    ...lintCourse(study),
    ...lintParts(study.concepts),
    ...lintQuestions(study),
    ...lintSources(await readSources(root), study),
  ];
}
