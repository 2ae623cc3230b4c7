import type { Figure, Measurement } from './figure.js';
import { medianOf, percentileOf, samplesNeeded } from './percentiles.js';

/** The percentiles that are reported of every latency. */
const PERCENTILES = [50, 90, 99] as const;

/** What one repetition saw of one quantity. */
interface Observed {
  readonly value: number;
  readonly samples: number;
}

/** Gathers what each repetition saw, and makes figures of it. */
export interface Tally {
  /** @param samples how many observations the value rests on; default 1 */
  add(name: string, unit: Figure['unit'], value: number, samples?: number): void;
  /** `<name>-p50`, `-p90` and `-p99` of one repetition, withheld where it had too few samples. */
  addLatencies(name: string, unit: Figure['unit'], latencies: ArrayLike<number>): void;
  /** Says why there is no such figure. It wins over whatever was added under the name. */
  withhold(name: string, reason: string): void;
  measurement(): Measurement;
}

/** Makes an empty one. */
export function createTally(): Tally {
  const observed = new Map<string, { readonly unit: Figure['unit']; readonly seen: Observed[] }>();
  const withheld = new Map<string, string>();
  const add = (name: string, unit: Figure['unit'], value: number, samples = 1): void => {
    if (!Number.isFinite(value)) {
      withheld.set(name, `it could not be measured: got ${value}`);
      return;
    }
    const entry = observed.get(name) ?? { unit, seen: [] };
    entry.seen.push({ value, samples });
    observed.set(name, entry);
  };
  return {
    add,
    addLatencies(name, unit, latencies) {
      const sorted = Float64Array.from(latencies).sort();
      for (const percent of PERCENTILES) {
        const value = percentileOf(sorted, percent);
        const figure = `${name}-p${percent}`;
        if (value !== undefined) add(figure, unit, value, sorted.length);
        else
          withheld.set(
            figure,
            `a repetition had ${sorted.length} samples; a ${percent}th percentile needs ${samplesNeeded(percent)}`,
          );
      }
    },
    withhold: (name, reason) => void withheld.set(name, reason),
    measurement() {
      const kept = [...observed].filter(([name]) => !withheld.has(name));
      return {
        figures: Object.fromEntries(kept.map(([name, { unit, seen }]) => [name, figureOf(unit, seen)])),
        withheld: Object.fromEntries(withheld),
      };
    },
  };
}

function figureOf(unit: Figure['unit'], seen: readonly Observed[]): Figure {
  const values = seen.map(({ value }) => value);
  return {
    unit,
    value: medianOf(values) ?? Number.NaN,
    low: Math.min(...values),
    high: Math.max(...values),
    samples: seen.reduce((sum, { samples }) => sum + samples, 0),
  };
}
