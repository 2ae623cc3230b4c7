import type { Problem } from '@quickbite/scenarios/lint';
import type { Scenario } from '@quickbite/scenarios/protocol';
import { readClaims, readConcepts, readQuestions } from '../pages/index.js';
import type { Bench, Study } from './study.js';

/** The scenarios and benchmarks with all pages, and what is wrong with the files of the pages. */
export async function readStudy(
  root: string,
  catalog: readonly Scenario[],
  benches: readonly Bench[],
): Promise<{ readonly study: Study; readonly problems: readonly Problem[] }> {
  const [concepts, questions, claims] = await Promise.all([readConcepts(root), readQuestions(root), readClaims(root)]);
  return {
    study: { catalog, benches, concepts: concepts.pages, questions: questions.pages, claims: claims.pages },
    problems: [concepts, questions, claims].flatMap(({ problems }) => problems),
  };
}
