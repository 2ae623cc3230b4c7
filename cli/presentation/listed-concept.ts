import type { ConceptStatus } from '@quickbite/study/learn';

/** What `--json` says of a concept. */
export interface ListedConcept {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  /** Relative to the repository's root. */
  readonly file: string;
  readonly readAt: string | null;
  readonly scenarios: readonly { readonly id: string; readonly lastOutcome: string | null }[];
  readonly questions: readonly { readonly id: string; readonly answeredAt: string | null }[];
}

export const asListed = ({ concept, readAt, scenarios, questions }: ConceptStatus): ListedConcept => ({
  id: concept.id,
  title: concept.title,
  topic: concept.topic,
  file: concept.file,
  readAt,
  scenarios: scenarios.map(({ scenario, lastOutcome }) => ({ id: scenario.id, lastOutcome })),
  questions: questions.map(({ question, answeredAt }) => ({ id: question.id, answeredAt })),
});
