import path from 'node:path';
import { readQuestions, readQuestionsIn } from '../pages/index.js';
import type { Kind, Level, Question, Topic } from '../pages/index.js';
import { studyFolder } from '../progress/index.js';

/** A question that can be asked and judged. */
export interface Card extends Question {
  /** Imported: a team's own. */
  readonly own: boolean;
}

/** Which questions are meant; what is left out does not matter. */
export interface CardFilter {
  readonly topic?: Topic | undefined;
  readonly level?: Level | undefined;
  readonly kind?: Kind | undefined;
}

/** Where a team's own questions are kept. */
export const ownQuestionsFolder = (home: string): string => path.join(studyFolder(home), 'questions');

/** All questions that can be asked: those of the docs, then a team's own. */
export async function readBank({
  root,
  home,
}: {
  readonly root: string;
  readonly home: string;
}): Promise<readonly Card[]> {
  const [ours, theirs] = await Promise.all([readQuestions(root), readQuestionsIn(ownQuestionsFolder(home))]);
  const known = new Set(ours.pages.map(({ id }) => id));
  return [
    ...ours.pages.map((question) => ({ ...question, own: false })),
    ...theirs.pages.filter(({ id }) => !known.has(id)).map((question) => ({ ...question, own: true })),
  ];
}

export const matching = (cards: readonly Card[], { topic, level, kind }: CardFilter): readonly Card[] =>
  cards.filter(
    (card) =>
      (topic === undefined || card.topic === topic) &&
      (level === undefined || card.level === level) &&
      (kind === undefined || card.kind === kind),
  );
