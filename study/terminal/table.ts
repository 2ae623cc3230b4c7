import { columnsOf, pad, wrap } from './wrap.js';
import { glyphsOf } from './style.js';
import type { Style } from './style.js';

const GAP = 2;
/** Narrower than that, a column of sentences is a column of syllables. */
const NARROWEST = 12;

/**
 * A table that fits: columns give way in proportion to what they hold, and cells are wrapped. Where that would leave columns
 * too narrow to read, each row becomes a paragraph of its own, with the names of the columns.
 */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { width, style }: { readonly width: number; readonly style: Style },
): readonly string[] {
  const widths = columnWidths([header, ...rows], width);
  return widths ? drawn(header, rows, widths, style) : asParagraphs(header, rows, width, style);
}

function drawn(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  style: Style,
): readonly string[] {
  const line = (cells: readonly string[]): readonly string[] => {
    const wrapped = widths.map((width, n) => wrap(cells[n] ?? '', width));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) =>
      widths
        .map((width, n) => pad(wrapped[n]?.[y] ?? '', width))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  const { horizontal } = glyphsOf(style);
  const rule = style.muted(widths.map((width) => horizontal.repeat(width)).join(' '.repeat(GAP)));
  const bodies = rows.map(line);
  const airy = bodies.some((lines) => lines.length > 1);
  const hasHeader = header.some((cell) => cell.trim() !== '');
  return [
    ...(hasHeader ? [...line(header.map((cell) => style.heading(cell))), rule] : []),
    ...bodies.flatMap((lines, n) => (airy && n > 0 ? ['', ...lines] : lines)),
  ];
}

function asParagraphs(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  style: Style,
): readonly string[] {
  return rows.flatMap((row, n) => {
    const [first = '', ...others] = row;
    const named = others.flatMap((cell, index) => {
      const [start = '', ...more] = wrap(`${style.muted(`${header[index + 1] ?? ''}:`)} ${cell}`, width - 2);
      return [`  ${start}`, ...more.map((line) => `    ${line}`)];
    });
    return [...(n > 0 ? [''] : []), ...wrap(style.strong(first), width), ...named];
  });
}

/** How wide each column gets; undefined when they do not fit. */
function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] | undefined {
  const count = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, n) => rows.map((row) => row[n] ?? ''));
  const natural = columns.map((cells) => Math.max(1, ...cells.map(columnsOf)));
  const available = width - GAP * (count - 1);
  const total = sum(natural);
  if (total <= available) return natural;
  const least = columns.map((cells, n) => {
    const longestWord = Math.max(1, ...cells.flatMap((cell) => cell.split(/\s+/)).map(columnsOf));
    return Math.min(natural[n] ?? 1, Math.max(longestWord, NARROWEST));
  });
  const left = available - sum(least);
  if (left < 0) return undefined;
  const wanted = sum(natural.map((columns_, n) => columns_ - (least[n] ?? 0)));
  return natural.map((full, n) => {
    const floor = least[n] ?? 0;
    return floor + Math.floor((left * (full - floor)) / wanted);
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
