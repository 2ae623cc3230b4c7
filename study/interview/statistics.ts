import { TOPICS } from '../pages/index.js';
import type { Topic } from '../pages/index.js';
import { latestAnswers } from '../progress/index.js';
import type { Answer, Progress } from '../progress/index.js';
import type { Card } from './bank.js';
import { coverageOf } from './rate-answer.js';
import { remembered } from './schedule.js';

/** How somebody stands in a topic. */
export interface TopicStatistics {
  readonly topic: Topic;
  readonly questions: number;
  readonly answered: number;
  readonly due: number;
  /** Mean coverage of the latest answers, 0 to 1; null before the first. */
  readonly coverage: number | null;
  /** Mean probability that an answer is still remembered, 0 to 1; null before the first. */
  readonly remembered: number | null;
}

/** How somebody stands. */
export interface Statistics {
  readonly topics: readonly TopicStatistics[];
  readonly answers: number;
  readonly sessions: number;
  /** Key points that the latest answers lack, heaviest first. */
  readonly missed: readonly { readonly point: string; readonly weight: number; readonly question: string }[];
}

/** Sums up what was answered. */
export function statisticsOf(cards: readonly Card[], progress: Progress, now: Date): Statistics {
  const latest = latestAnswers(progress);
  const topics = TOPICS.flatMap((topic): TopicStatistics[] => {
    const own = cards.filter((card) => card.topic === topic);
    if (own.length === 0) return [];
    const answered = own.flatMap((card) => {
      const answer = latest.get(card.id);
      return answer ? [{ card, answer }] : [];
    });
    return [
      {
        topic,
        questions: own.length,
        answered: answered.length,
        due: answered.filter(({ answer }) => new Date(answer.card.due) <= now).length,
        coverage: mean(answered.map(({ card, answer }) => shareOf(card, answer))),
        remembered: mean(answered.map(({ answer }) => remembered(answer.card, now))),
      },
    ];
  });
  const missed = cards.flatMap((card) => {
    const lacks = latest.get(card.id)?.missed ?? [];
    return card.keyPoints
      .filter(({ point }) => lacks.includes(point))
      .map(({ point, weight }) => ({ point, weight, question: card.id }));
  });
  return {
    topics,
    answers: progress.answers.length,
    sessions: progress.sessions.length,
    missed: missed.sort((a, b) => b.weight - a.weight),
  };
}

/** The share of a card that an answer covered, by the card as it is now. */
export const shareOf = (card: Card, answer: Pick<Answer, 'covered'>): number =>
  coverageOf(card.keyPoints.map(({ point, weight }) => ({ weight, covered: answer.covered.includes(point) })));

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
