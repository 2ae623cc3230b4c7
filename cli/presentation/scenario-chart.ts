import type { ArmMeasurements, Experiment } from '@quickbite/scenarios/protocol';
import { seriesOf } from '@quickbite/scenarios/protocol';
import type { SeriesPoint } from '@quickbite/scenarios/protocol';
import { levelSign, levelsOf } from './levels.js';
import type { Levels } from './levels.js';
import type { Theme } from './theme.js';

const LABEL_WIDTH = 12;
const MARGIN = 2;
const WIDEST = 100;
/** So few waiting at once are chance: a chart of them would show noise at full height. */
const FEW_WAITING = 10;
/** Lengths of one column, in ms; the shortest that fits is taken. */
const STEPS = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

interface ArmSeries {
  readonly measured: ArmMeasurements;
  readonly points: readonly SeriesPoint[];
}

/**
 * The arms on one time axis: how many were answered, how many waited, what the observers showed, and where the fault was.
 * Readable without colour, and in ASCII where the terminal has no more.
 */
export function renderChart(
  experiment: Experiment,
  arms: readonly ArmMeasurements[],
  theme: Theme,
  columns: number,
): string {
  const bars = levelsOf(theme);
  const longest = Math.max(...arms.map(({ facts }) => facts.endedAt - facts.startedAt));
  const room = Math.min(WIDEST, columns - MARGIN - LABEL_WIDTH - 1);
  const stepMs = STEPS.find((step) => longest / step <= room) ?? longest / room;
  const series = arms.map((measured) => ({ measured, points: seriesOf(measured, experiment.observers, stepMs) }));
  const most = Math.max(1, ...series.flatMap(({ points }) => points.map((point) => point.peakWaiting)));
  const row = (label: string, text: string): string => `${' '.repeat(MARGIN)}${label.padEnd(LABEL_WIDTH)}${text}`;
  const strip = (value: (point: SeriesPoint) => number): string[] =>
    series.map(({ measured, points }) =>
      row(measured.facts.arm, points.map((point) => levelSign(value(point), bars)).join('')),
    );
  return [
    theme.muted(row('', 'share of requests answered')),
    ...strip((point) => (point.offered === 0 ? 0 : point.answered / point.offered)),
    ...(most < FEW_WAITING
      ? []
      : [theme.muted(row('', `requests waiting, of at most ${most}`)), ...strip((point) => point.peakWaiting / most)]),
    ...series.flatMap((arm) => observedRows(experiment, arm, row, theme)),
    ...axis(series, stepMs, bars, row).map((line) => theme.muted(line)),
  ].join('\n');
}

/** A letter a column for what an observer showed; an arm in which it never changed has no row. */
function observedRows(
  experiment: Experiment,
  arm: ArmSeries,
  row: (label: string, text: string) => string,
  theme: Theme,
): string[] {
  return experiment.observers.flatMap((observer) => {
    const values = arm.points.map((point) => point.observed[observer.name] ?? '');
    const distinct = [...new Set(values)].filter((value) => value !== '');
    if (distinct.length < 2) return [];
    const legend = distinct.map((value) => `${value.charAt(0)} ${value}`).join(', ');
    return [
      theme.muted(row('', `${observer.label}, ${arm.measured.facts.arm}: ${legend}`)),
      row(observer.label, values.map((value) => value.charAt(0) || ' ').join('')),
    ];
  });
}

function axis(
  series: readonly ArmSeries[],
  stepMs: number,
  bars: Levels,
  row: (label: string, text: string) => string,
): string[] {
  const [first] = series;
  const fault = first?.measured.facts.faults[0];
  if (!first || !fault) return [];
  const { startedAt, endedAt } = first.measured.facts;
  const column = (time: number): number => Math.round((time - startedAt) / stepMs);
  const start = column(fault.injectedAt);
  const end = Math.max(start + 1, column(fault.healedAt));
  const seconds = (time: number): string => `${((time - startedAt) / 1000).toFixed(1)} s`;
  const name = `${fault.plan.fault} at ${seconds(fault.injectedAt)}`;
  const healed = `healed at ${seconds(fault.healedAt)}`;
  const marks = `${' '.repeat(start)}${bars.mark}${' '.repeat(end - start - 1)}${bars.mark}`;
  // The first word ends at its mark when it would run into the second one.
  const left = name.length < end - start ? `${' '.repeat(start)}${name}` : name.padStart(start + 1);
  const words = `${left.padEnd(end)}${left.length > end ? ' ' : ''}${healed}`;
  return [row('', marks), row('', words), row('', `0 to ${seconds(endedAt)}, ${String(stepMs)} ms a column`)];
}
