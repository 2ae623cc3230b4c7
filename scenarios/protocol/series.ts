import type { ArmMeasurements } from './measurements.js';
import type { Observer } from './observer.js';

/** A stretch of an arm in numbers, for charts and exports. */
export interface SeriesPoint {
  /** ms after the arm's start. */
  readonly fromMs: number;
  readonly offered: number;
  readonly answered: number;
  readonly failed: number;
  readonly fallbacks: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly peakWaiting: number;
  /** The last word of each observer in this stretch. */
  readonly observed: Readonly<Record<string, string>>;
}

/** Cuts an arm into equal stretches, by the time at which the schedule wanted each request sent. */
export function seriesOf(
  measured: ArmMeasurements,
  observers: readonly Observer<unknown>[],
  stepMs: number,
): readonly SeriesPoint[] {
  const { startedAt, endedAt } = measured.facts;
  const steps = Math.ceil((endedAt - startedAt) / stepMs);
  return Array.from({ length: steps }, (_, n) => {
    const from = startedAt + n * stepMs;
    const samples = measured.samples.intendedBetween(from, from + stepMs);
    return {
      fromMs: n * stepMs,
      offered: samples.count,
      answered: samples.answered.count,
      failed: samples.failed.count,
      fallbacks: samples.fallbacks.count,
      p50: samples.latency(50) ?? null,
      p99: samples.latency(99) ?? null,
      peakWaiting: measured.samples.peakWaiting(from, from + stepMs),
      observed: observedUntil(measured, observers, from + stepMs),
    };
  });
}

function observedUntil(
  measured: ArmMeasurements,
  observers: readonly Observer<unknown>[],
  until: number,
): Record<string, string> {
  return Object.fromEntries(
    observers.flatMap((observer) => {
      const last = measured.readings(observer).findLast((reading) => reading.at < until);
      return last ? [[observer.name, observer.show(last.value)]] : [];
    }),
  );
}
