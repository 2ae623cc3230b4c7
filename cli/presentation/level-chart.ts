import type { ArmMeasurements, Experiment, Observer } from '@quickbite/scenarios/protocol';
import { levelSign, levelsOf } from './levels.js';
import type { Theme } from './theme.js';

const MARGIN = 2;
const GAP = 2;
const WIDEST = 60;

/** A row of the chart: an arm, or a variant of one. */
interface Row {
  readonly label: string;
  readonly measured: ArmMeasurements;
}

/** What observers with a level read over time, one strip for each arm or variant, all to the same scales; empty without such an observer. */
export function renderLevels(
  experiment: Experiment,
  arms: readonly ArmMeasurements[],
  theme: Theme,
  columns: number,
): string {
  const rows = arms.flatMap(rowsOf);
  return experiment.observers.flatMap((observer) => stripsOf(observer, rows, theme, columns)).join('\n');
}

function stripsOf(observer: Observer<unknown>, rows: readonly Row[], theme: Theme, columns: number): readonly string[] {
  if (!observer.level) return [];
  const labels = Math.max(...rows.map(({ label }) => label.length));
  const room = Math.min(WIDEST, columns - MARGIN - labels - GAP);
  const longest = Math.max(...rows.map(({ measured }) => measured.facts.endedAt - measured.facts.startedAt));
  const stepMs = Math.max(1, longest / room);
  const strips = rows.map(({ label, measured }) => ({ label, values: peaksOf(measured, observer, stepMs) }));
  const most = Math.max(0, ...strips.flatMap(({ values }) => values));
  const title = `${observer.label} over time, at most ${String(most)}; ${(stepMs / 1_000).toFixed(1)} s a column`;
  return [
    `${' '.repeat(MARGIN)}${theme.muted(title)}`,
    ...strips.map(({ label, values }) => {
      const strip = values.map((value) => levelSign(most === 0 ? 0 : value / most, levelsOf(theme))).join('');
      return `${' '.repeat(MARGIN)}${label.padEnd(labels + GAP)}${strip}`;
    }),
  ];
}

/** The highest reading of each stretch; where nothing could be read, the one before. */
function peaksOf(measured: ArmMeasurements, observer: Observer<unknown>, stepMs: number): readonly number[] {
  const { startedAt, endedAt } = measured.facts;
  const readings = measured.readings(observer);
  let last = 0;
  return Array.from({ length: Math.ceil((endedAt - startedAt) / stepMs) }, (_, n) => {
    const from = startedAt + n * stepMs;
    const within = readings
      .filter(({ at }) => at >= from && at < from + stepMs)
      .map(({ value }) => observer.level?.(value) ?? 0);
    last = within.length === 0 ? last : Math.max(...within);
    return last;
  });
}

function rowsOf(measured: ArmMeasurements): readonly Row[] {
  const { arm, variants } = measured.facts;
  if (variants.length === 0) return [{ label: arm, measured }];
  return variants.map(({ name }) => ({ label: `${arm}: ${name}`, measured: measured.variant(name) }));
}
