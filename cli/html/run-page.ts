import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { CheckResult, RunRecord } from '@quickbite/scenarios/protocol';
import { escapeHtml } from './escape.js';
import { renderValueBars } from './svg-bars.js';
import { renderSeries } from './svg-series.js';

/** Colours are told twice, for light and for dark; the arms also differ by their dashes. */
const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1c2733; --muted: #5b6875; --rule: #dde3e9; --bad: #b3361c; --good: #17694f; --warn: #8a6100;
  --undefended: #c2501f; --defended: #1769aa; --fault: #f6e3c5; }
@media (prefers-color-scheme: dark) { :root { --bg: #12181e; --fg: #e4e9ee; --muted: #98a5b1; --rule: #2c3640; --bad: #f0866b; --good: #5fc8a3;
  --warn: #e0b04c; --undefended: #f0935f; --defended: #6db3ec; --fault: #3a2f1b; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.muted, figcaption { color: var(--muted); } .proved, .passed { color: var(--good); } .refuted, .failed { color: var(--bad); }
.inconclusive, .interrupted, .undecided, .measured { color: var(--warn); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } td, th { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; } .tick, .label { fill: var(--muted); font: 12px system-ui, sans-serif; } .label { fill: var(--fg); }
.grid { stroke: var(--rule); } .fault { fill: var(--fault); } .line { fill: none; stroke-width: 2; } .line.undefended { stroke: var(--undefended); stroke-dasharray: 5 4; }
.line.defended { stroke: var(--defended); } .bar.undefended { fill: var(--undefended); } .bar.defended { fill: var(--defended); }
.legend span { margin-right: 1.2rem; } .legend .undefended { color: var(--undefended); } .legend .defended { color: var(--defended); }
@media print { body { max-width: none; } }
`;

/** A saved run as one page that needs nothing else: no network, no script. */
export function renderRunPage(record: RunRecord): string {
  const title = `${record.scenario.title}: ${record.outcome}`;
  const series = renderSeries(record);
  const bars = renderValueBars(record);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
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
