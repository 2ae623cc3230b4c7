import { latestAnswers } from '../progress/index.js';
import type { Answer, Progress } from '../progress/index.js';
import type { Card } from './bank.js';
import { rateAnswer } from './rate-answer.js';
import { schedule } from './schedule.js';

/** An attempt at a question, and what the candidate ticked afterwards. */
export interface Attempt {
  readonly at: Date;
  readonly how: Answer['how'];
  readonly text?: string | undefined;
  readonly seconds: number;
  /** Key points in their words. */
  readonly covered: readonly string[];
  readonly mistakes: readonly string[];
  /** Id of the mock session. */
  readonly session?: string | undefined;
}

/** An attempt as it is kept: rated, and with the time at which the question comes up again. */
export function judge(card: Card, attempt: Attempt, progress: Progress): Answer {
  const { at, how, text, seconds, mistakes, session } = attempt;
  const points = card.keyPoints.map(({ point, weight }) => ({
    point,
    weight,
    covered: attempt.covered.includes(point),
  }));
  const withinTime = seconds <= card.minutes * 60;
  const rating = rateAnswer(points, { mistakes: mistakes.length, withinTime });
  return {
    question: card.id,
    at: at.toISOString(),
    how,
    ...(text !== undefined && { text }),
    seconds: Math.round(seconds),
    covered: points.filter(({ covered }) => covered).map(({ point }) => point),
    missed: points.filter(({ covered }) => !covered).map(({ point }) => point),
    mistakes: [...mistakes],
    rating,
    card: schedule(latestAnswers(progress).get(card.id)?.card, rating, at),
    ...(session !== undefined && { session }),
  };
}
