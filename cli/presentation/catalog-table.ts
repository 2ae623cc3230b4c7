import type { CatalogRun } from '@quickbite/scenarios/protocol';
import { paintOutcome } from './scenario-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** A run of the catalogue as a table: what came of each scenario, how long it took, and on how many samples its checks rest. */
export function renderCatalogRuns(runs: readonly CatalogRun[], theme: Theme): string {
  return renderTable(
    theme,
    [
      { title: 'scenario' },
      { title: 'verdict' },
      { title: 'seconds', align: 'right' },
      { title: 'checks', align: 'right' },
      { title: 'samples', align: 'right' },
    ],
    runs.map(({ id, seconds, attempt, result: { record } }) => [
      theme.strong(id),
      `${paintOutcome(record.outcome, theme)}${attempt > 1 ? ` (run ${String(attempt)})` : ''}`,
      seconds.toFixed(0),
      `${String(record.checks.filter(({ outcome }) => outcome === 'passed').length)}/${String(record.checks.length)}`,
      String(record.checks.reduce((sum, { samples }) => sum + samples, 0)),
    ]),
  );
}
