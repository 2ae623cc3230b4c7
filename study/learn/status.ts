import type { Outcome, Scenario } from '@quickbite/scenarios/protocol';
import type { Concept, Question } from '../pages/index.js';
import { latestAnswers } from '../progress/index.js';
import type { Progress } from '../progress/index.js';

/** A concept, and what somebody did about it: read, run, answered. */
export interface ConceptStatus {
  readonly concept: Concept;
  /** When its page was last read, ISO 8601. */
  readonly readAt: string | null;
  readonly scenarios: readonly { readonly scenario: Scenario; readonly lastOutcome: Outcome | null }[];
  readonly questions: readonly { readonly question: Question; readonly answeredAt: string | null }[];
}

/** What there is to learn and what was done. */
export interface Knowledge {
  readonly catalog: readonly Scenario[];
  readonly concepts: readonly Concept[];
  readonly questions: readonly Question[];
  /** How the latest run of each scenario ended. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly progress: Progress;
}

/** Every concept with what was done about it, in the order of the pages. */
export function statusOfConcepts(knowledge: Knowledge): readonly ConceptStatus[] {
  const { catalog, concepts, questions, outcomes, progress } = knowledge;
  const answers = latestAnswers(progress);
  return concepts.map((concept) => ({
    concept,
    readAt: progress.read[concept.id] ?? null,
    scenarios: catalog
      .filter((scenario) => scenario.concepts.includes(concept.id))
      .map((scenario) => ({ scenario, lastOutcome: outcomes.get(scenario.id) ?? null })),
    questions: questions
      .filter((question) => question.concepts.includes(concept.id))
      .map((question) => ({ question, answeredAt: answers.get(question.id)?.at ?? null })),
  }));
}
