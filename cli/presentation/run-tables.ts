import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { Band, CheckResult, ComparedCheck, RunRecord } from '@quickbite/scenarios/protocol';
import { paintCheck, paintOutcome, withUnit, wrapText } from './scenario-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** The saved runs, latest last. */
export function renderRunList(records: readonly RunRecord[], theme: Theme): string {
  return renderTable(
    theme,
    [
      { title: 'when' },
      { title: 'verdict' },
      { title: 'scenario' },
      { title: 'checks', align: 'right' },
      { title: 'run' },
    ],
    records.map((record) => [
      localTime(record.startedAt),
      paintOutcome(record.outcome, theme),
      theme.strong(record.scenario.id),
      `${String(record.checks.filter(({ outcome }) => outcome === 'passed').length)}/${String(record.checks.length)}`,
      theme.muted(shortIdOf(record.runId)),
    ]),
  );
}

/** The end of a run's id, which stands for it: the rest says when and what, as the other columns do. */
const shortIdOf = (runId: string): string => runId.slice(runId.lastIndexOf('-') + 1);

/** One saved run: what it was, what came of it, and why. */
export function renderRun(record: RunRecord, theme: Theme, columns: number): string {
  const { environment } = record;
  const settings = Object.entries(record.parameters).map(([name, value]) => `${name}=${String(value)}`);
  const engines = Object.entries(environment.engines).map(([name, source]) => `${name} ${source}`);
  const facts = [
    `${localTime(record.startedAt)}, seed ${String(record.seed)}, ${settings.join(', ')}`,
    `QuickBite ${environment.quickbite}, Node ${environment.node}, ${environment.platform}, ${String(environment.cores)} cores, ${engines.join(', ')}`,
    ...(record.traffic === null ? [] : [`load: ${record.traffic}`]),
  ];
  const paragraph = (text: string): string => wrapText(text, Math.min(100, columns) - 1).join('\n');
  return [
    `${paintOutcome(record.outcome, theme)}  ${theme.strong(record.scenario.title)}  ${theme.muted(record.runId)}`,
    facts.map((fact) => theme.muted(paragraph(fact))).join('\n'),
    record.reasons.map(paragraph).join('\n'),
    renderChecks(record.checks, theme),
    record.why.map(paragraph).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The checks of a run by arm. */
export function renderChecks(checks: readonly CheckResult[], theme: Theme): string {
  if (checks.length === 0) return '';
  return renderTable(
    theme,
    [{ title: '' }, { title: 'check' }, { title: 'expected' }, { title: 'n', align: 'right' }, { title: 'measured' }],
    checks.flatMap((check, n) => {
      const row = [
        paintCheck(check.outcome, theme),
        check.name,
        withUnit(check.target, check.unit, 'always'),
        String(check.samples),
        withUnit(check.measured, check.unit),
      ];
      const startsArm = checks[n - 1]?.arm !== check.arm;
      return startsArm ? [['', theme.strong(check.arm), '', '', ''], row] : [row];
    }),
  );
}

/** The noise of repeated runs. */
export function renderBands(bands: readonly Band[], theme: Theme): string {
  return renderTable(
    theme,
    [
      { title: 'passed', align: 'right' },
      { title: 'check' },
      { title: 'expected' },
      { title: 'median', align: 'right' },
      { title: 'range' },
    ],
    bands.map((band) => [
      `${String(band.passed)}/${String(band.runs)}`,
      `${band.arm}: ${band.name}`,
      withUnit(band.target, band.unit, 'always'),
      formatMeasured(band.median ?? null),
      rangeOf(band),
    ]),
  );
}

/** What changed between two runs. */
export function renderComparison(compared: readonly ComparedCheck[], theme: Theme): string {
  return renderTable(
    theme,
    [{ title: 'check' }, { title: 'before', align: 'right' }, { title: 'after', align: 'right' }, { title: 'change' }],
    compared.map(({ before, after, change }) => [
      `${before.arm}: ${before.name}`,
      sideOf(before),
      sideOf(after),
      change === 'beyond the noise' ? theme.warn(change) : theme.muted(change === 'unknown' ? 'noise unknown' : change),
    ]),
  );
}

function sideOf(band: Band): string {
  const median = withUnit(band.median ?? null, band.unit);
  return band.runs > 1 && band.low !== band.high ? `${median} (${rangeOf(band)})` : median;
}

function rangeOf({ low, high, unit }: Band): string {
  if (low === undefined || high === undefined) return 'not measured';
  return low === high ? withUnit(low, unit) : `${formatMeasured(low)} to ${withUnit(high, unit)}`;
}

/** In the reader's own time zone, to the minute. */
function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
