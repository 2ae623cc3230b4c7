import type { Rating } from '../progress/index.js';

/** A key point and whether the answer made it. */
interface Ticked {
  readonly weight: number;
  readonly covered: boolean;
}

/** Without such a point an answer is wrong. */
const ESSENTIAL = 3;
const HARD_FROM = 0.4;
const GOOD_FROM = 0.75;

/** The share of a card's weight that an answer covered, 0 to 1. */
export function coverageOf(points: readonly Ticked[]): number {
  const sum = (ticked: readonly Ticked[]): number => ticked.reduce((total, { weight }) => total + weight, 0);
  return sum(points.filter(({ covered }) => covered)) / Math.max(1, sum(points));
}

/**
 * How well a question was answered, as the scheduler takes it. An essential point that is missing, or less than 40 % of the weight: again.
 * Less than 75 %, or a mistake made: hard. All points within the time that the card gives: easy. Otherwise good.
 */
export function rateAnswer(
  points: readonly Ticked[],
  { mistakes, withinTime }: { readonly mistakes: number; readonly withinTime: boolean },
): Rating {
  const share = coverageOf(points);
  if (share < HARD_FROM || points.some(({ weight, covered }) => weight === ESSENTIAL && !covered)) return 'again';
  if (share < GOOD_FROM || mistakes > 0) return 'hard';
  return share === 1 && withinTime ? 'easy' : 'good';
}
