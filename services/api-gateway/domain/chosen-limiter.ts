import type { Algorithm } from './limit-algorithms.js';
import type { Limiter } from './rate-limits.js';

/** Counts with the algorithm that is chosen now. Each keeps counts of its own: after a change clients begin anew. */
export function createChosenLimiter(limiters: Readonly<Record<Algorithm, Limiter>>, choose: () => Algorithm): Limiter {
  return {
    take: (attempt) => limiters[choose()].take(attempt),
    settle: (attempt, failed) => limiters[choose()].settle(attempt, failed),
  };
}
