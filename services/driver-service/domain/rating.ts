/** What the rating that a driver starts with counts for, in ratings: one bad evening does not end a career. */
const START_COUNTS = 10;

/**
 * The rating of a driver: the mean of what customers gave, and of what the driver started with (a Bayesian average).
 * @returns 0 to 5, to two decimals
 */
export function averageRating(start: number, given: { readonly sum: number; readonly count: number }): number {
  const mean = (start * START_COUNTS + given.sum) / (START_COUNTS + given.count);
  return Math.round(mean * 100) / 100;
}
