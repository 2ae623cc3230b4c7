import type { LedgerEntry } from '../read-ledger.js';
import { paintVerdict, quantityInWords } from './claim-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** The claims topic by topic, with what was measured here. Narrower than 80 columns. */
export function renderLedger(entries: readonly LedgerEntry[], topics: readonly string[], theme: Theme): string {
  const of = (topic: string): readonly LedgerEntry[] => entries.filter(({ claim }) => claim.topic === topic);
  const rows = topics.flatMap((topic) => {
    const claims = of(topic);
    return claims.length === 0 ? [] : [[theme.heading(topic), ''], ...claims.map((entry) => rowOf(entry, theme))];
  });
  return renderTable(theme, [{ title: 'claim' }, { title: 'here' }], rows);
}

function rowOf({ claim, latest }: LedgerEntry, theme: Theme): readonly string[] {
  const id = `  ${claim.id}`;
  if (!latest) return [id, theme.muted('not verified')];
  const [first] = latest.quantities;
  const figure = first && latest.quantities.length === 1 ? ` ${theme.muted(quantityInWords(first))}` : '';
  return [id, `${paintVerdict(latest.verdict, theme)}${figure}`];
}

/** A number of claims, in words. */
export const countClaims = (count: number): string => `${String(count)} claim${count === 1 ? '' : 's'}`;

/** How many of each verdict, in a line. */
export function countVerdicts(verdicts: readonly (string | null)[]): string {
  const names = ['holds', 'does not hold', 'depends', 'not measurable here', 'undecided', null];
  return names
    .map((name) => ({ name: name ?? 'not verified', count: verdicts.filter((verdict) => verdict === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${name} ${String(count)}`)
    .join(', ');
}
