/** One measured quantity. `value` is the median of the repetitions; `low` and `high` the noise band (lowest and highest repetition, at least two; equal to value for one). */
export interface Figure {
  readonly unit: 'ms' | 'us' | '/s' | '%' | 'count' | 'bytes' | 'ratio' | 's';
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many single observations the repetitions hold together. */
  readonly samples: number;
}

/** What a suite or a probe measured, by name (`redis-get-p50`). A figure that had too few samples is absent, and `withheld` says why. */
export interface Measurement {
  readonly figures: Readonly<Record<string, Figure>>;
  readonly withheld: Readonly<Record<string, string>>;
}
