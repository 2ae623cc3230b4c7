import type { Figure } from '@quickbite/benchmarks/measurement';

/** A figure as people read it: `1,942 /s`, `3.1 ms`, `148 MB`. */
export function formatFigure({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  return `${formatNumber(value, unit)}${unit === 'count' ? '' : ` ${unitWord(unit)}`}`;
}

/** The noise band: `1,897 to 1,988`; empty when there was one repetition. */
export function formatBand({ low, high, unit }: Figure): string {
  return low === high ? '' : `${formatNumber(low, unit)} to ${formatNumber(high, unit)}`;
}

function formatNumber(value: number, unit: Figure['unit']): string {
  const shown = unit === 'bytes' ? value / 2 ** 20 : value;
  const size = Math.abs(shown);
  const digits = size >= 100 || Number.isInteger(shown) ? 0 : size >= 10 ? 1 : 2;
  return shown.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const unitWord = (unit: Figure['unit']): string =>
  unit === 'bytes' ? 'MB' : unit === 'us' ? 'µs' : unit === 'ratio' ? 'times' : unit;
