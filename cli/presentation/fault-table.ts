import type { FaultInEffect } from '@quickbite/scenarios/by-hand';
import { formatDuration } from './duration.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/**
 * What is broken now, and below it what a look found otherwise than the journal says.
 * @param now ms since the epoch
 */
export function renderFaults(found: readonly FaultInEffect[], now: number, theme: Theme): string {
  const table = renderTable(
    theme,
    [{ title: 'id' }, { title: 'now' }, { title: 'for', align: 'right' }, { title: 'by' }, { title: 'what' }],
    found.map((fault) => [
      fault.id ?? '-',
      fault.inEffect ? theme.warn('in effect') : theme.muted('not seen'),
      fault.since === null ? '-' : formatDuration(now - Date.parse(fault.since)),
      fault.by ?? 'unknown',
      fault.description,
    ]),
  );
  const notes = found
    .filter(({ inEffect }) => !inEffect)
    .flatMap(({ what, proof }) =>
      proof
        .filter(({ holds }) => !holds)
        .map(
          ({ statement, seen }) => `${theme.warn(theme.symbols.warn)} ${what}: not seen that ${statement} (${seen})`,
        ),
    );
  return [table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
