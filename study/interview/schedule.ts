import { createEmptyCard, fsrs, Rating as Grade, TypeConvert } from 'ts-fsrs';
import type { Card } from 'ts-fsrs';
import type { Rating, StoredCard } from '../progress/index.js';

const GRADES = { again: Grade.Again, hard: Grade.Hard, good: Grade.Good, easy: Grade.Easy } as const;

/** FSRS with the published default parameters: 90 % are to be remembered when they come up again. No chance in it. */
const scheduler = fsrs({ enable_fuzz: false });

/**
 * When a question comes up again.
 * @param before what the scheduler knew after the last answer; undefined for the first
 */
export function schedule(before: StoredCard | undefined, rating: Rating, at: Date): StoredCard {
  return store(scheduler.next(before ? restore(before) : createEmptyCard(at), at, GRADES[rating]).card);
}

/** How probably an answer is still remembered, 0 to 1. */
export const remembered = (card: StoredCard, at: Date): number =>
  scheduler.get_retrievability(restore(card), at, false);

function store({ due, last_review: lastReview, ...rest }: Card): StoredCard {
  return {
    ...rest,
    due: due.toISOString(),
    ...(lastReview && { last_review: lastReview.toISOString() }),
  };
}

function restore({ due, last_review: lastReview, state, ...rest }: StoredCard): Card {
  const card = { ...rest, due: new Date(due), state: TypeConvert.state(state) };
  return lastReview === undefined ? card : { ...card, last_review: new Date(lastReview) };
}
