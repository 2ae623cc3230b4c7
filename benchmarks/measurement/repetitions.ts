import type { Figure, Measurement } from './figure.js';

/** A figure of several repetitions: the median, and between what they were. */
export function figureOf(unit: Figure['unit'], repetitions: readonly number[], samples = repetitions.length): Figure {
  const sorted = repetitions.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) throw new Error('expected at least one repetition of a figure');
  return { unit, value: medianOf(sorted), low, high, samples };
}

/** Something that is counted, not timed: it is the same at every repetition or the probe is wrong. */
export const counted = (value: number, samples: number, unit: Figure['unit'] = 'count'): Figure =>
  figureOf(unit, [value], samples);

/** A measurement from which nothing was withheld. */
export const measurementOf = (figures: Measurement['figures']): Measurement => ({ figures, withheld: {} });

/** How long something takes, in ms. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * The median time of one operation, in several rounds; the first round warms up and does not count.
 * @param unit of the figure
 */
export async function timeOf(
  work: () => Promise<unknown>,
  {
    rounds = 5,
    each = 100,
    unit = 'ms',
  }: { readonly rounds?: number; readonly each?: number; readonly unit?: 'ms' | 'us' } = {},
): Promise<Figure> {
  const medians: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < each; n += 1) times.push(await timed(work));
    if (round > 0) medians.push(medianOf(times.toSorted((a, b) => a - b)) * (unit === 'us' ? 1_000 : 1));
  }
  return figureOf(unit, medians, rounds * each);
}

/** Does something several times, one after the other. */
export async function repeat<T>(times: number, work: (n: number) => Promise<T> | T): Promise<readonly T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n += 1) results.push(await work(n));
  return results;
}

function medianOf(sorted: readonly number[]): number {
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}
