import { expect, test } from 'vitest';
import type { Rating, StoredCard } from '../progress/index.js';
import { remembered, schedule } from './schedule.js';

const START = new Date(2022, 11, 29, 12, 30);
const DAY = 86_400_000;

/** Answers as soon as it is due; each card is written to JSON and read again in between, as the file does. */
function intervals(ratings: readonly Rating[]): number[] {
  let card: StoredCard | undefined;
  return ratings.map((rating) => {
    card = schedule(card, rating, card ? new Date(card.due) : START);
    card = JSON.parse(JSON.stringify(card)) as StoredCard;
    return card.scheduled_days;
  });
}

// The numbers of these three tests are those of the library's own reference tests of FSRS-6.
test('the days between answers are those of the reference', () => {
  const good = (times: number): Rating[] => Array.from({ length: times }, () => 'good');
  expect(intervals([...good(6), 'again', 'again', ...good(5)])).toEqual([
    0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21,
  ]);
});

test('stability and difficulty after answers at given days are those of the reference', () => {
  const ratings: Rating[] = ['again', 'good', 'good', 'good', 'good', 'good'];
  let card: StoredCard | undefined;
  let now = START.getTime();
  for (const [n, days] of [0, 0, 1, 3, 8, 21].entries()) {
    now += days * DAY;
    card = schedule(card, ratings[n]!, new Date(now));
  }
  expect(card!.stability).toBeCloseTo(53.62691, 4);
  expect(card!.difficulty).toBeCloseTo(6.3574867, 4);
});

test.each([
  ['again', 0.212, 6.4133, 0],
  ['hard', 1.2931, 5.11217071, 0],
  ['good', 2.3065, 2.11810397, 0],
  ['easy', 8.2956, 1, 8],
] as const)('a first answer that is rated %s starts as in the reference', (rating, stability, difficulty, days) => {
  expect(schedule(undefined, rating, START)).toMatchObject({ stability, difficulty, scheduled_days: days });
});

test('what went wrong is due within minutes, what went well in days, and is forgotten little by little', () => {
  const again = schedule(undefined, 'again', START);
  const easy = schedule(undefined, 'easy', START);
  expect(new Date(again.due).getTime() - START.getTime()).toBeLessThanOrEqual(10 * 60_000);
  expect(remembered(easy, new Date(easy.due))).toBeCloseTo(0.9, 1);
  expect(remembered(easy, new Date(START.getTime() + 100 * DAY))).toBeLessThan(0.75);
});
