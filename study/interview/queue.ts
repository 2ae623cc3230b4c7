import { LEVELS, TOPICS } from '../pages/index.js';
import { latestAnswers } from '../progress/index.js';
import type { Progress } from '../progress/index.js';
import type { Card } from './bank.js';

/** What a drill asks, in order. */
export interface Queue {
  readonly due: readonly Card[];
  /** Never answered: junior before staff, topic by topic within a level. */
  readonly fresh: readonly Card[];
  /** When the next of the others is due, ISO 8601; null when there is none. */
  readonly nextDue: string | null;
}

/** Sorts questions by whether they are due; the longest overdue first. */
export function queueOf(cards: readonly Card[], progress: Progress, now: Date): Queue {
  const answers = latestAnswers(progress);
  const dueAt = (card: Card): string | undefined => answers.get(card.id)?.card.due;
  const answered = cards
    .flatMap((card) => {
      const due = dueAt(card);
      return due === undefined ? [] : [{ card, due: new Date(due).getTime() }];
    })
    .sort((a, b) => a.due - b.due);
  const later = answers.size === 0 ? undefined : answered.find(({ due }) => due > now.getTime());
  return {
    due: answered.filter(({ due }) => due <= now.getTime()).map(({ card }) => card),
    fresh: cards.filter((card) => dueAt(card) === undefined).sort((a, b) => rank(a) - rank(b)),
    nextDue: later ? new Date(later.due).toISOString() : null,
  };
}

const rank = ({ level, topic }: Card): number => LEVELS.indexOf(level) * TOPICS.length + TOPICS.indexOf(topic);
