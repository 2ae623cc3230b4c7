import type { BenchRecord } from '@quickbite/benchmarks/records';
import type { Suite } from '@quickbite/benchmarks/suites';
import { formatBand, formatFigure } from './presentation/bench-figures.js';
import { describeProfiles } from './presentation/bench-profiles.js';
import { describeRun } from './presentation/bench-report.js';

const USAGE = /-(cpu|memory)-/;

/** Results of benchmarks as a page of the documentation. */
export function renderResultsPage(records: readonly BenchRecord[], suites: readonly Suite[]): string {
  const parts = records.map((record) => {
    const suite = suites.find(({ id }) => id === record.suite.id);
    return [
      `## ${record.suite.title}`,
      `\`quickbite bench ${record.suite.id}\`: ${record.suite.question}`,
      `${describeRun(record)} ${record.startedAt.slice(0, 10)}.`,
      table(
        ['figure', 'median', 'noise', 'what'],
        figuresOf(record).map(([name, figure]) => {
          const note = suite?.figures[name];
          const goal = note?.goal === undefined ? '' : `; goal ${note.goal.atLeast.toLocaleString('en-GB')}`;
          return [`\`${name}\``, formatFigure(figure), formatBand(figure), `${note?.what ?? ''}${goal}`];
        }),
      ),
      ...limits(record),
      ...profiles(record),
      ...(suite?.limit === undefined ? [] : [`**What limits it.** ${suite.limit}`]),
    ].join('\n\n');
  });
  return `${[
    '# Benchmarks',
    'What QuickBite measured, and where. `quickbite bench` measures it where you are; `npm run bench:page` writes this page. ' +
      "Figures of another machine are another machine's: compare runs of one, with `--compare`.",
    ...parts,
  ].join('\n\n')}\n`;
}

const figuresOf = ({ figures }: BenchRecord) => Object.entries(figures).filter(([name]) => !USAGE.test(name));

/** The busiest processes at as much as is taken. */
function limits({ figures }: BenchRecord): readonly string[] {
  const used = Object.entries(figures).flatMap(([name, figure]) => {
    const [, load, process] = /^(.+)-cpu-(.+)$/.exec(name) ?? [];
    return load === undefined || process === undefined ? [] : [{ load, process, figure }];
  });
  const loads = [...new Set(used.map(({ load }) => load))];
  if (loads.length === 0) return [];
  const rows = loads.map((load) => {
    const busiest = used.filter((one) => one.load === load).toSorted((a, b) => b.figure.value - a.figure.value);
    return [
      `\`${load}\``,
      busiest
        .slice(0, 4)
        .map(({ process, figure }) => `${process} ${formatFigure(figure)}`)
        .join(', '),
    ];
  });
  return [table(['load', 'the busiest processes, CPU of one core'], rows)];
}

/** Whose code ran, where it was profiled. */
function profiles(record: BenchRecord): readonly string[] {
  const lines = describeProfiles(record);
  if (lines.length === 0) return [];
  const rows = lines.map(({ load, process, busy, places }) => [`\`${load}\``, process, busy, places]);
  return [
    'Profiled once more, at as much as is taken: whose code ran while a process had work.',
    table(['load', 'process', 'busy', 'whose code'], rows),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
