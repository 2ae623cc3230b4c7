import type { RuntimeContext } from '@quickbite/runtime/stack';
import { runsFolder } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { latestOutcomes } from '@quickbite/scenarios/protocol';
import { statusOfConcepts } from '@quickbite/study/learn';
import type { ConceptStatus } from '@quickbite/study/learn';
import { readConcepts, readQuestions } from '@quickbite/study/pages';
import { readProgress } from '@quickbite/study/progress';

/** Every concept of the guide with what was read, run and answered about it. */
export async function readLearning({ root, home }: RuntimeContext): Promise<readonly ConceptStatus[]> {
  const [concepts, questions, outcomes, progress] = await Promise.all([
    readConcepts(root),
    readQuestions(root),
    latestOutcomes(runsFolder(home)),
    readProgress(home),
  ]);
  return statusOfConcepts({ catalog, concepts: concepts.pages, questions: questions.pages, outcomes, progress });
}
