/** A rate for a while. */
export interface RateStep {
  /** How long, in ms. The last step goes on for as long as the load does. */
  readonly forMs: number;
  /** Requests per second; 0 is silence. */
  readonly rate: number;
}

/** Requests per second: always the same, or in steps. */
export type Rate = number | readonly RateStep[];

/** When the n-th request is sent, in ms after the start: evenly spaced within each step. */
export function* offsetsAt(rate: Rate): Generator<number, void> {
  const steps = stepsOf(rate);
  let from = 0;
  for (const [index, step] of steps.entries()) {
    const until = index === steps.length - 1 ? Infinity : from + step.forMs;
    if (step.rate > 0) {
      for (let n = 0; ; n += 1) {
        const offset = from + (n * 1000) / step.rate;
        if (offset >= until) break;
        yield offset;
      }
    }
    from = until;
  }
}

/** The highest rate of all steps. */
export function peakOf(rate: Rate): number {
  return Math.max(...stepsOf(rate).map((step) => step.rate));
}

/** In words, e.g. `40` or `20, then 200, then 20`. */
export function describeRate(rate: Rate): string {
  return stepsOf(rate)
    .map((step) => String(step.rate))
    .join(', then ');
}

function stepsOf(rate: Rate): readonly RateStep[] {
  const steps = typeof rate === 'number' ? [{ forMs: Infinity, rate }] : rate;
  if (steps.length === 0 || steps.some((step) => step.rate < 0 || !(step.forMs > 0)))
    throw new RangeError(`Expected rates of 0 or more, each for some time; got ${JSON.stringify(rate)}.`);
  return steps;
}
