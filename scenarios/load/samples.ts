/** What became of one planned request. Times are in ms since the epoch, with fractions. */
export interface Sample {
  /** When the schedule wanted it sent. Latency counts from here, so that a late generator cannot hide a slow answer. */
  readonly intendedAt: number;
  readonly sentAt: number;
  readonly doneAt: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly expected: number;
  /** The gateway answered from its last good copy. */
  readonly fallback: boolean;
  /** Why there was no answer. */
  readonly error: string | undefined;
  /** The kind of request, e.g. `browse`. */
  readonly tag: string;
  /** A word about the answer, where the request asked for one. */
  readonly mark?: string;
}

/** The answer was the right one, fresh or not. */
export const isAnswered = (sample: Sample): boolean => sample.status === sample.expected;
export const isFailed = (sample: Sample): boolean => !isAnswered(sample);
/** In ms, from the intended time. */
export const latencyOf = (sample: Sample): number => sample.doneAt - sample.intendedAt;

/** A value, and how many observations it rests on. Undefined when nothing could be measured. */
export interface Measured {
  readonly value: number | string | undefined;
  readonly samples: number;
}

/** A selection of samples, and what can be said of it. */
export class Samples {
  readonly all: readonly Sample[];

  constructor(all: readonly Sample[]) {
    this.all = all;
  }

  get count(): number {
    return this.all.length;
  }

  where(predicate: (sample: Sample) => boolean): Samples {
    return new Samples(this.all.filter(predicate));
  }

  get answered(): Samples {
    return this.where(isAnswered);
  }

  get failed(): Samples {
    return this.where(isFailed);
  }

  get fallbacks(): Samples {
    return this.where((sample) => sample.fallback);
  }

  /** Those of one kind of request. */
  tagged(tag: string): Samples {
    return this.where((sample) => sample.tag === tag);
  }

  /** A measurement that rests on all of them; undecided when there are none. */
  measure(of: (samples: Samples) => number | undefined): Measured {
    return { value: this.count === 0 ? undefined : of(this), samples: this.count };
  }

  /** Those that the schedule wanted sent in [from, to). */
  intendedBetween(from: number, to: number): Samples {
    return this.where((sample) => sample.intendedAt >= from && sample.intendedAt < to);
  }

  /** Share in percent of those for which the predicate holds; undefined when there are none. */
  percent(predicate: (sample: Sample) => boolean): number | undefined {
    return this.count === 0 ? undefined : (100 * this.all.filter(predicate).length) / this.count;
  }

  /** The latency in ms that `p` percent do not exceed (nearest rank); undefined when there are none. */
  latency(p: number): number | undefined {
    return percentile(this.all.map(latencyOf), p);
  }

  /** How many were sent and not yet done at that moment. */
  waitingAt(time: number): number {
    return this.all.filter((sample) => sample.sentAt <= time && sample.doneAt > time).length;
  }

  /** The most that were waiting at once between two moments. The number only grows when one is sent. */
  peakWaiting(from: number, to: number): number {
    const sent = this.all.map((sample) => sample.sentAt).sort((a, b) => a - b);
    const done = this.all.map((sample) => sample.doneAt).sort((a, b) => a - b);
    let peak = this.waitingAt(from);
    let ended = 0;
    for (const [index, at] of sent.entries()) {
      while ((done[ended] ?? Infinity) <= at) ended += 1;
      if (at >= from && at < to) peak = Math.max(peak, index + 1 - ended);
    }
    return peak;
  }
}

/** The nearest-rank percentile; undefined for no values. */
export function percentile(values: readonly number[], p: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}
