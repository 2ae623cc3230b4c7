import type { RunRecord } from '@quickbite/scenarios/protocol';
import { formatMeasured } from '@quickbite/scenarios/protocol';
import { escapeHtml } from './escape.js';

const WIDTH = 720;
const ROW = 26;
const LABEL = 240;
const NUMBER = 90;

/** One bar. */
interface Row {
  /** Which of the two colours of an arm it has. */
  readonly arm: 'undefended' | 'defended';
  readonly label: string;
  readonly value: number;
  /** The value in words. Default: the number. */
  readonly text?: string;
}

/** What the stories measured themselves, one chart a value, one bar for each arm or variant; empty when they measured nothing. */
export function renderValueBars(record: RunRecord): string {
  const names = new Set(
    [record.arms.undefended, record.arms.defended].flatMap((arm) => (arm?.values ?? []).map(({ name }) => name)),
  );
  return [...names].map((name) => renderBarFigure(name, rowsOf(record, name))).join('\n');
}

function rowsOf(record: RunRecord, name: string): readonly Row[] {
  return (['undefended', 'defended'] as const).flatMap((arm) => {
    const values = (record.arms[arm]?.values ?? []).filter((value) => value.name === name);
    const variants = [...new Set(values.map(({ variant }) => variant))];
    return variants.map((variant) => {
      const own = values.filter((value) => value.variant === variant);
      const last = own.at(-1);
      const value = last?.counted === true ? own.reduce((sum, one) => sum + one.value, 0) : (last?.value ?? 0);
      return { arm, value, label: variant === undefined ? arm : `${arm}: ${variant}` };
    });
  });
}

/** One chart, all bars to one scale. */
export function renderBarFigure(name: string, rows: readonly Row[]): string {
  const most = Math.max(1e-9, ...rows.map(({ value }) => value));
  const height = rows.length * ROW + 4;
  return [
    `<figure><figcaption>${escapeHtml(name)}</figcaption>`,
    `<svg viewBox="0 0 ${String(WIDTH)} ${String(height)}" role="img" aria-label="${escapeHtml(name)}">`,
    ...rows.map(({ arm, label, value, text = formatMeasured(value) }, n) => {
      const y = n * ROW + 4;
      const width = value <= 0 ? 0 : Math.max(2, (value / most) * (WIDTH - LABEL - NUMBER));
      return (
        `<text class="label" x="${String(LABEL - 8)}" y="${String(y + 15)}" text-anchor="end">${escapeHtml(label)}</text>` +
        `<rect class="bar ${arm}" x="${String(LABEL)}" y="${String(y)}" width="${width.toFixed(1)}" height="${String(ROW - 6)}"/>` +
        `<text class="label" x="${(LABEL + width + 6).toFixed(1)}" y="${String(y + 15)}">${escapeHtml(text)}</text>`
      );
    }),
    '</svg></figure>',
  ].join('\n');
}
