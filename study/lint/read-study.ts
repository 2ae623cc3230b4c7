import type { Problem } from '@quickbite/scenarios/lint';
import type { Scenario } from '@quickbite/scenarios/protocol';
import { readClaims, readConcepts, readQuestions } from '../pages/index.js';
import type { Study } from './study.js';

/** The scenarios with all pages, and what is wrong with the files of the pages. */
export async function readStudy(
  root: string,
  catalog: readonly Scenario[],
): Promise<{ readonly study: Study; readonly problems: readonly Problem[] }> {
  const [concepts, questions, claims] = await Promise.all([readConcepts(root), readQuestions(root), readClaims(root)]);
  return {
    study: { catalog, concepts: concepts.pages, questions: questions.pages, claims: claims.pages },
    problems: [concepts, questions, claims].flatMap(({ problems }) => problems),
  };
}
