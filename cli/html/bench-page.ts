import type { BenchRecord } from '@quickbite/benchmarks/records';
import type { Suite } from '@quickbite/benchmarks/suites';
import { formatBand, formatFigure } from '../presentation/bench-figures.js';
import { describeProfiles } from '../presentation/bench-profiles.js';
import { describeRun } from '../presentation/bench-report.js';
import { escapeHtml } from './escape.js';
import { pageHead } from './page-head.js';
import { renderBarFigure } from './svg-bars.js';

/** A saved benchmark as one page that needs nothing else: no network, no script. */
export function renderBenchPage(record: BenchRecord, suite: Suite | undefined): string {
  return [
    pageHead(record.suite.title),
    `<h1>${escapeHtml(record.suite.title)}</h1>`,
    `<p>${escapeHtml(record.suite.question)}</p>`,
    `<p class="muted">${escapeHtml(`${record.runId}, ${record.startedAt}. ${describeRun(record)}`)}</p>`,
    ...(suite?.charts ?? []).map(({ title, bars }) => chart(record, title, bars)),
    '<h2>Figures</h2>',
    figuresTable(record, suite),
    ...profilesTable(record),
    ...(suite?.limit === undefined ? [] : [`<p>What limits it: ${escapeHtml(suite.limit)}</p>`]),
    ...withheldTable(record),
    '</body></html>',
    '',
  ].join('\n');
}

function chart({ figures }: BenchRecord, title: string, bars: Readonly<Record<string, string>>): string {
  const rows = Object.entries(bars).flatMap(([name, label]) => {
    const figure = figures[name];
    return figure ? [{ arm: 'defended' as const, label, value: figure.value, text: formatFigure(figure) }] : [];
  });
  return rows.length === 0 ? '' : renderBarFigure(title, rows);
}

function figuresTable({ figures }: BenchRecord, suite: Suite | undefined): string {
  const rows = Object.entries(figures).map(([name, figure]) =>
    row([name, formatFigure(figure), formatBand(figure), String(figure.samples), suite?.figures[name]?.what ?? '']),
  );
  return `<table><tr><th>figure</th><th>median</th><th>noise</th><th>n</th><th>what</th></tr>${rows.join('')}</table>`;
}

function profilesTable(record: BenchRecord): readonly string[] {
  const rows = describeProfiles(record).map(({ load, process, busy, places }) => row([load, process, busy, places]));
  if (rows.length === 0) return [];
  const head = '<tr><th>load</th><th>process</th><th>busy</th><th>whose code, of the busy time</th></tr>';
  return ['<h2>Profiled at as much as is taken</h2>', `<table>${head}${rows.join('')}</table>`];
}

function withheldTable({ withheld }: BenchRecord): readonly string[] {
  const rows = Object.entries(withheld).map(row);
  return rows.length === 0 ? [] : ['<h2>Withheld</h2>', `<table>${rows.join('')}</table>`];
}

const row = (cells: readonly string[]): string =>
  `<tr>${cells.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`;
