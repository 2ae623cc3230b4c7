import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { CheckResult, RunRecord } from '@quickbite/scenarios/protocol';
import { escapeHtml } from './escape.js';
import { pageHead } from './page-head.js';
import { renderValueBars } from './svg-bars.js';
import { renderSeries } from './svg-series.js';

/** A saved run as one page that needs nothing else: no network, no script. */
export function renderRunPage(record: RunRecord): string {
  const title = `${record.scenario.title}: ${record.outcome}`;
  const series = renderSeries(record);
  const bars = renderValueBars(record);
  return [
    pageHead(title),
    `<h1>${escapeHtml(record.scenario.title)} <span class="${record.outcome}">${record.outcome}</span></h1>`,
    `<p class="muted">${escapeHtml(record.runId)}, ${escapeHtml(record.startedAt)}</p>`,
    ...[...record.reasons, ...record.why].map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    series === '' && bars === ''
      ? ''
      : '<p class="legend"><span class="undefended">- - undefended</span><span class="defended">&mdash; defended</span></p>',
    bars,
    series,
    '<h2>Checks</h2>',
    checksTable(record.checks),
    '<h2>How it was measured</h2>',
    factsTable(record),
    '</body></html>',
    '',
  ].join('\n');
}

function checksTable(checks: readonly CheckResult[]): string {
  const rows = checks.map(({ arm, name, target, unit, measured, samples, outcome }) => {
    const behind = unit === '' ? '' : ` ${unit}`;
    const value = typeof measured === 'number' ? `${formatMeasured(measured)}${behind}` : formatMeasured(measured);
    const row = [arm, name, `${target}${behind}`, value, String(samples)];
    return `<tr>${row.map(cell).join('')}<td class="${outcome}">${outcome}</td></tr>`;
  });
  return `<table><tr><th>arm</th><th>check</th><th>expected</th><th>measured</th><th>samples</th><th></th></tr>${rows.join('')}</table>`;
}

function factsTable({ environment, seed, parameters, traffic, stack, arms, preflight }: RunRecord): string {
  const faults = (arms.undefended ?? arms.defended)?.faults ?? [];
  const facts: readonly (readonly [string, string])[] = [
    ['parameters', pairs(parameters)],
    ['load', traffic ?? 'only what the story sends'],
    ['seed', String(seed)],
    [
      'faults',
      faults.map(({ what, proof }) => `${what} (${proof.map((one) => one.statement).join('; ')})`).join(', ') || 'none',
    ],
    ['knobs, undefended', knobs(arms.undefended?.knobs)],
    ['knobs, defended', knobs(arms.defended?.knobs)],
    ['before it', preflight.map(({ what }) => what).join(', ')],
    ['engines', pairs(environment.engines)],
    ['machine', `${environment.cpu}, ${String(environment.cores)} cores, ${environment.platform}`],
    ['versions', `QuickBite ${environment.quickbite}, Node ${environment.node}`],
    ['stack', `${stack.id}, ${stack.bootedForThisRun ? 'booted for this run' : 'was up'}`],
  ];
  return `<table>${facts.map(([name, value]) => `<tr>${cell(name)}${cell(value)}</tr>`).join('')}</table>`;
}

const cell = (text: string): string => `<td>${escapeHtml(text)}</td>`;

const pairs = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');

const knobs = (byService: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined): string =>
  Object.entries(byService ?? {})
    .map(([service, values]) => `${service}: ${pairs(values)}`)
    .join('; ') || 'not run';
