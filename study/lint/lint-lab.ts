import { brokenLinks, lintScenarios } from '@quickbite/scenarios/lint';
import type { LintOptions, Problem } from '@quickbite/scenarios/lint';
import { readClaims, readConcepts, readQuestions } from '../pages/index.js';
import { lintBothWays } from './both-ways.js';
import { lintCode } from './code-references.js';
import { lintCourse } from './course.js';
import { lintNames } from './names.js';
import { lintQuestions } from './questions.js';

/**
 * Checks that scenarios, concepts, questions and claims hold together: whatever is named exists, links go both ways, and
 * nothing stands alone.
 * @returns what is wrong; nothing when all is well
 */
export async function lintLab(options: LintOptions): Promise<readonly Problem[]> {
  const { root, catalog } = options;
  const [concepts, questions, claims] = await Promise.all([readConcepts(root), readQuestions(root), readClaims(root)]);
  const study = { catalog, concepts: concepts.pages, questions: questions.pages, claims: claims.pages };
  const pages = [...study.concepts, ...study.questions, ...study.claims];
  return [
    ...(await lintScenarios(options)),
    ...[concepts, questions, claims].flatMap(({ problems }) => problems),
    ...pages.flatMap((page) => [...brokenLinks(root, page), ...lintCode(root, page)]),
    ...lintNames(study),
    ...lintQuestions(study),
    ...lintBothWays(study),
    ...lintCourse(study),
  ];
}
