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
 * A table without borders. What does not fit into the width of the terminal is wrapped inside the last column.
 * @param rows cells, coloured or not
 */
export function renderTable(theme: Theme, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const natural = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  );
  const before = natural.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  const last = Math.min(natural.at(-1) ?? 0, Math.max(NARROWEST, outputWidth() - before - 1));
  const table = new Table({
    chars: Object.fromEntries(LINES.map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
    colAligns: columns.map(({ align }) => align ?? 'left'),
    colWidths: [...natural.slice(0, -1), last].map((width) => width + GAP),
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

/** Columns that a text takes on the screen. */
const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
