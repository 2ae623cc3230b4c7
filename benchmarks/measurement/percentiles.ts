/** How many observations must lie beyond a percentile: with fewer it is the word of a handful of requests. */
const BEYOND = 10;

/** How many samples a percentile needs, e.g. 1000 for the 99th. */
export const samplesNeeded = (percent: number): number => Math.ceil((BEYOND * 100) / (100 - percent) - 1e-9);

/**
 * The nearest-rank percentile.
 * @param sorted ascending
 * @returns undefined when too few samples lie beyond it
 */
export function percentileOf(sorted: ArrayLike<number>, percent: number): number | undefined {
  if (sorted.length < samplesNeeded(percent)) return undefined;
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}

/** The middle of some values; of an even number the mean of the two in the middle. Undefined for none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
