import type { Figure, Measurement } from './figure.js';

/** A figure in two runs. */
export interface ComparedFigure {
  readonly name: string;
  readonly before: Figure;
  readonly after: Figure;
  /** `unknown`: one of them has no noise band to compare with, because it was measured once. */
  readonly change: 'more' | 'less' | 'within the noise' | 'unknown';
}

/** What two runs say of the figures that both have: a change is one when the noise bands do not overlap. */
export function compareMeasurements(before: Measurement, after: Measurement): readonly ComparedFigure[] {
  return Object.entries(before.figures).flatMap(([name, earlier]) => {
    const later = after.figures[name];
    if (later === undefined || later.unit !== earlier.unit) return [];
    return [{ name, before: earlier, after: later, change: changeOf(earlier, later) }];
  });
}

function changeOf(before: Figure, after: Figure): ComparedFigure['change'] {
  const hasBand = (figure: Figure): boolean => figure.low < figure.high;
  // Counts that come out the same each time have a band without a width, and are known exactly.
  const isSteady = (figure: Figure): boolean => figure.unit === 'count' || figure.value === 0 || hasBand(figure);
  if (before.value === after.value && before.low === after.low && before.high === after.high) return 'within the noise';
  if (!isSteady(before) || !isSteady(after)) return 'unknown';
  if (after.low > before.high) return 'more';
  return after.high < before.low ? 'less' : 'within the noise';
}
