import type { ComparedFigure, Figure } from '@quickbite/benchmarks/measurement';
import type { BenchRecord } from '@quickbite/benchmarks/records';
import type { Suite } from '@quickbite/benchmarks/suites';
import { drawBars } from './bars.js';
import { formatBand, formatFigure } from './bench-figures.js';
import { describeProfiles } from './bench-profiles.js';
import { wrapText } from './scenario-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

const WIDEST = 100;
/** Where there is room to say what each figure is. */
const WITH_WORDS = 140;
const USAGE = /^(.+)-(cpu|memory)-(.+)$/;

/** Everything that a run measured. */
export function renderBench(record: BenchRecord, suite: Suite | undefined, theme: Theme, columns: number): string {
  const charts = (suite?.charts ?? []).flatMap(({ title, bars }) => {
    const rows = Object.entries(bars).flatMap(([name, label]) => {
      const figure = record.figures[name];
      return figure ? [{ label, value: figure.value, text: formatFigure(figure) }] : [];
    });
    return rows.length === 0 ? [] : [drawBars(title, rows, theme, columns).join('\n')];
  });
  const paragraph = (text: string): string => wrapText(text, Math.min(WIDEST, columns) - 1).join('\n');
  return [
    `${theme.heading(record.suite.title)}  ${theme.muted(record.runId)}`,
    paragraph(record.suite.question),
    theme.muted(paragraph(describeRun(record))),
    ...charts,
    renderFigures(record, suite, { theme, columns }),
    renderUsage(record, theme),
    renderProfiles(record, theme, columns),
    suite?.limit === undefined ? '' : paragraph(`What limits it: ${suite.limit}`),
    renderWithheld(record, theme),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Where and how it was measured, in a sentence. */
export function describeRun({ machine, settings }: BenchRecord): string {
  const { cpu, cores, node, platform, loadBefore } = machine;
  const engines = Object.entries(machine.engines).map(([name, source]) => `${name} ${source}`);
  const how = `${settings.repetitions} repetitions of ${settings.seconds} s after a warm-up of at least ${settings.warmUpSeconds} s; the median, and the range as its noise`;
  return `${cores} cores, ${cpu}, ${platform}, load ${loadBefore.toFixed(1)} before, Node ${node}${engines.length > 0 ? `, ${engines.join(', ')}` : ''}. ${how}.`;
}

function renderFigures(
  { figures }: BenchRecord,
  suite: Suite | undefined,
  { theme, columns }: { readonly theme: Theme; readonly columns: number },
): string {
  const explains = columns >= WITH_WORDS;
  const rows = Object.entries(figures).filter(([name]) => !USAGE.test(name));
  return renderTable(
    theme,
    [
      { title: 'figure' },
      { title: 'median', align: 'right' },
      { title: 'noise', align: 'right' },
      { title: 'n', align: 'right' },
      ...(explains ? [{ title: 'what' }] : []),
    ],
    rows.map(([name, figure]) => {
      const note = suite?.figures[name];
      const value = formatFigure(figure);
      const goal = note?.goal === undefined ? '' : `; goal ${note.goal.atLeast.toLocaleString('en-GB')}`;
      return [
        name,
        note?.goal === undefined ? value : (figure.value >= note.goal.atLeast ? theme.ok : theme.warn)(value),
        formatBand(figure),
        String(figure.samples),
        ...(explains ? [`${note?.what ?? ''}${goal}`] : []),
      ];
    }),
  );
}

/** What each process used while as much was sent as is taken, the busiest first: that is what limits. */
function renderUsage({ figures }: BenchRecord, theme: Theme): string {
  const loads = new Map<string, { process: string; cpu: Figure; memory: Figure | undefined }[]>();
  for (const [name, figure] of Object.entries(figures)) {
    const [, load, what, process] = USAGE.exec(name) ?? [];
    if (load === undefined || process === undefined || what !== 'cpu') continue;
    const memory = figures[`${load}-memory-${process}`];
    loads.set(load, [...(loads.get(load) ?? []), { process, cpu: figure, memory }]);
  }
  if (loads.size === 0) return '';
  return renderTable(
    theme,
    [
      { title: 'load' },
      { title: 'process' },
      { title: 'CPU of one core', align: 'right' },
      { title: 'memory', align: 'right' },
    ],
    [...loads].flatMap(([load, used]) =>
      used
        .toSorted((a, b) => b.cpu.value - a.cpu.value)
        .map(({ process, cpu, memory }, n) => [
          n === 0 ? load : '',
          process,
          formatFigure(cpu),
          memory ? formatFigure(memory) : '',
        ]),
    ),
  );
}

/** Whose code each process ran, where it was profiled. */
function renderProfiles(record: BenchRecord, theme: Theme, columns: number): string {
  const lines = describeProfiles(record);
  if (lines.length === 0) return '';
  const parts = lines.map(({ load, process, busy, places }, n) => {
    const heading =
      load === lines[n - 1]?.load ? [] : [theme.strong(`  ${load}, profiled: whose code ran while a process had work`)];
    const text = wrapText(`${process}, busy ${busy}: ${places}`, Math.min(WIDEST, columns) - 5);
    return [...heading, ...text.map((line, at) => `${at === 0 ? '  ' : '    '}${line}`)].join('\n');
  });
  return parts.join('\n');
}

function renderWithheld({ withheld }: BenchRecord, theme: Theme): string {
  const byReason = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(withheld)) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  return [...byReason].map(([reason, names]) => theme.muted(`withheld: ${names.join(', ')}: ${reason}`)).join('\n');
}

/** What changed between two runs. */
export function renderBenchComparison(compared: readonly ComparedFigure[], theme: Theme): string {
  const changed = compared.filter(({ change }) => change === 'more' || change === 'less');
  const same = compared.length - changed.length;
  const rest = theme.muted(`${same} of ${compared.length} figures did not change beyond the noise.`);
  if (changed.length === 0) return rest;
  const table = renderTable(
    theme,
    [
      { title: 'figure' },
      { title: 'before', align: 'right' },
      { title: 'after', align: 'right' },
      { title: 'beyond the noise' },
    ],
    changed.map(({ name, before, after, change }) => [
      name,
      sideOf(before),
      sideOf(after),
      theme.warn(`${change}, ${ratioOf(before, after)}`),
    ]),
  );
  return `${table}\n\n${rest}`;
}

const sideOf = (figure: Figure): string => {
  const band = formatBand(figure);
  return band === '' ? formatFigure(figure) : `${formatFigure(figure)} (${band})`;
};

const ratioOf = (before: Figure, after: Figure): string =>
  before.value === 0 ? 'from nothing' : `${(after.value / before.value).toFixed(2)} times`;
