import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { CharName } from 'cli-table3';
import { outputWidth } from './theme.js';
import type { Theme } from './theme.js';

/** A column and how to lay it out. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const LINES: readonly CharName[] = [
  ...(['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'] as const),
  ...(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'] as const),
];
const GAP = 2;
const NARROWEST = 16;

/**
 * A table without borders. What does not fit into the width of the terminal is wrapped: inside the widest column whose words
 * are short enough for what the others leave, or else inside the last.
 * @param rows cells, coloured or not
 */
export function renderTable(theme: Theme, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = columns.map(({ title }, index) => [title, ...rows.map((row) => row[index] ?? '')]);
  const natural = cells.map((texts) => Math.max(...texts.map(visibleLength)));
  const widths = fitted(natural, cells, outputWidth() - 1 - GAP * (columns.length - 1));
  const table = new Table({
    chars: Object.fromEntries(LINES.map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
    colAligns: columns.map(({ align }) => align ?? 'left'),
    colWidths: widths.map((width) => width + GAP),
    wordWrap: true,
  });
  table.push(
    columns.map(({ title }) => theme.muted(title)),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fitted(
  natural: readonly number[],
  cells: readonly (readonly string[])[],
  available: number,
): readonly number[] {
  const total = natural.reduce((sum, width) => sum + width, 0);
  if (total <= available) return natural;
  const left = natural.map((width) => Math.max(NARROWEST, available - (total - width)));
  const canWrap = natural
    .map((width, index) => ({ width, index }))
    .filter(({ width, index }) => (left[index] ?? 0) < width && longestWord(cells[index] ?? []) <= (left[index] ?? 0));
  const { index: wrapped } = canWrap.reduce((widest, column) => (column.width > widest.width ? column : widest), {
    width: 0,
    index: natural.length - 1,
  });
  return natural.map((width, index) => (index === wrapped ? Math.min(width, left[index] ?? width) : width));
}

const longestWord = (texts: readonly string[]): number =>
  Math.max(...texts.flatMap((text) => text.split(' ').map(visibleLength)));

/** Columns that a text takes on the screen. */
const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
