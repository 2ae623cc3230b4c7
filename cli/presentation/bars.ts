import type { Theme } from './theme.js';

const MARGIN = 2;
const GAP = 2;
const WIDEST_BAR = 60;
const NUMBER_WIDTH = 10;

/** One bar. */
export interface Bar {
  readonly label: string;
  /** Undefined where nothing was measured: no bar. */
  readonly value: number | undefined;
  /** The value in words. */
  readonly text: string;
}

/** Bars of one value, to one scale. */
export function drawBars(title: string, bars: readonly Bar[], theme: Theme, columns: number): readonly string[] {
  const sign = theme.symbols.ok === '✓' ? '█' : '#';
  const labels = Math.max(...bars.map(({ label }) => label.length));
  const numbers = Math.max(NUMBER_WIDTH, ...bars.map(({ text }) => text.length + 1));
  const room = Math.max(1, Math.min(WIDEST_BAR, columns - MARGIN - labels - GAP - numbers));
  const most = Math.max(1e-9, ...bars.map(({ value }) => value ?? 0));
  return [
    `${' '.repeat(MARGIN)}${theme.muted(title)}`,
    ...bars.map(({ label, value, text }) => {
      const bar = sign.repeat(barLength(value, most, room));
      return `${' '.repeat(MARGIN)}${label.padEnd(labels + GAP)}${bar}${bar === '' ? '' : ' '}${text}`;
    }),
  ];
}

/** Something that is not nothing has at least one sign. */
function barLength(value: number | undefined, most: number, room: number): number {
  if (value === undefined || value <= 0) return 0;
  return Math.max(1, Math.round((value / most) * room));
}
