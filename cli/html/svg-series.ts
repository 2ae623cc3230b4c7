import type { ArmRecord, RunRecord } from '@quickbite/scenarios/protocol';
import { escapeHtml } from './escape.js';

type Point = ArmRecord['series'][number];

/** One chart: what is drawn of each point, and how its axis is labelled. */
interface Chart {
  readonly title: string;
  readonly unit: string;
  /** Upper end of the axis; that of the data when undefined. */
  readonly top?: number;
  readonly of: (point: Point) => number | null;
}

const CHARTS: readonly Chart[] = [
  {
    title: 'Answered',
    unit: '%',
    top: 100,
    of: ({ offered, answered }) => (offered === 0 ? null : (100 * answered) / offered),
  },
  { title: 'Slowest percent (p99)', unit: 'ms', of: ({ p99 }) => p99 },
  { title: 'Waiting at once', unit: '', of: ({ peakWaiting }) => peakWaiting },
];

const WIDTH = 720;
const HEIGHT = 170;
const LEFT = 68;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;

/** Charts over time of both arms on one axis, with the faults shaded; empty for a run without a load. */
export function renderSeries(record: RunRecord): string {
  const arms = (['undefended', 'defended'] as const).flatMap((name) => {
    const arm = record.arms[name];
    return arm && record.traffic !== null ? [{ name, arm }] : [];
  });
  if (arms.length === 0) return '';
  const endMs = Math.max(...arms.map(({ arm }) => lengthOf(arm)));
  return CHARTS.map((chart) => {
    const drawn = arms.map(({ name, arm }) => ({
      name,
      values: arm.series.map((point) => [point.fromMs, chart.of(point)] as const),
    }));
    const highest = Math.max(1, ...drawn.flatMap(({ values }) => values.map(([, value]) => value ?? 0)));
    const top = chart.top ?? niceTop(highest);
    const x = (ms: number): number => LEFT + (ms / endMs) * (WIDTH - LEFT - RIGHT);
    const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    const lines = drawn.map(
      ({ name, values }) =>
        `<path class="line ${name}" d="${pathOf(values, endMs, x, y)}"><title>${name}</title></path>`,
    );
    const unit = chart.unit === '' ? '' : ` ${chart.unit}`;
    return [
      `<figure><figcaption>${escapeHtml(chart.title)}</figcaption>`,
      `<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="${escapeHtml(chart.title)}">`,
      ...faultsOf(arms[0]?.arm, x),
      ...[0, top / 2, top].map(
        (value) =>
          `<line class="grid" x1="${String(LEFT)}" x2="${String(WIDTH - RIGHT)}" y1="${num(y(value))}" y2="${num(y(value))}"/>` +
          `<text class="tick" x="${String(LEFT - 6)}" y="${num(y(value) + 4)}" text-anchor="end">${num(value)}${unit}</text>`,
      ),
      ...secondsUpTo(endMs).map(
        (ms) =>
          `<text class="tick" x="${num(x(ms))}" y="${String(HEIGHT - 8)}" text-anchor="middle">${num(ms / 1000)} s</text>`,
      ),
      ...lines,
      '</svg></figure>',
    ].join('\n');
  }).join('\n');
}

function faultsOf(arm: ArmRecord | undefined, x: (ms: number) => number): readonly string[] {
  return (arm?.faults ?? []).map(({ what, injectedMs, healedMs }) => {
    const width = Math.max(1, x(healedMs) - x(injectedMs));
    const label = `<text class="tick" x="${num(x(injectedMs) + 4)}" y="${String(TOP + 12)}">${escapeHtml(what)}</text>`;
    return `<rect class="fault" x="${num(x(injectedMs))}" y="${String(TOP)}" width="${num(width)}" height="${String(HEIGHT - TOP - BOTTOM)}"/>${label}`;
  });
}

/** A level for each stretch, not a slope between their beginnings; a gap where nothing was measured. */
function pathOf(
  values: readonly (readonly [number, number | null])[],
  endMs: number,
  x: (ms: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M';
  return values
    .map(([ms, value], n) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${num(x(ms))} ${num(y(value))}H${num(x(Math.min(endMs, values[n + 1]?.[0] ?? endMs)))}`;
      pen = 'L';
      return step;
    })
    .join('');
}

const lengthOf = (arm: ArmRecord): number => Math.max(1, ...arm.phases.map(({ toMs }) => toMs));

/** The next of 1, 2, 5 and their tenfolds. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5, 10] as const).find((step) => step * power >= value) ?? 10) * power;
}

function secondsUpTo(endMs: number): readonly number[] {
  const step = Math.max(1000, Math.ceil(endMs / 8 / 1000) * 1000);
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, n) => n * step);
}

/** Short enough for an attribute. */
const num = (value: number): string => String(Number(value.toFixed(1)));
