import type { Finding } from '@quickbite/runtime/diagnosis';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** What `quickbite doctor` found: a line a check, with the fix below the table for each that needs one. */
export function renderFindings(findings: readonly Finding[], theme: Theme): string {
  const table = renderTable(
    theme,
    [{ title: '' }, { title: 'category' }, { title: 'check' }, { title: 'found' }],
    findings.map(({ status, category, name, message }) => [sign(status, theme), category, theme.strong(name), message]),
  );
  const fixes = findings.flatMap(({ name, status, fix }) =>
    fix ? [`${sign(status, theme)} ${theme.strong(name)}: ${fix}`] : [],
  );
  return [table, '', ...(fixes.length > 0 ? [...fixes, ''] : []), verdict(findings, theme)].join('\n');
}

function sign(status: Finding['status'], theme: Theme): string {
  switch (status) {
    case 'ok':
      return theme.ok(theme.symbols.ok);
    case 'warn':
      return theme.warn(theme.symbols.warn);
    case 'fail':
      return theme.bad(theme.symbols.bad);
  }
}

function verdict(findings: readonly Finding[], theme: Theme): string {
  const failed = findings.filter(({ status }) => status === 'fail').length;
  const warned = findings.filter(({ status }) => status === 'warn').length;
  if (failed > 0) return theme.bad(`${failed} of ${findings.length} checks failed: fix these first.`);
  if (warned > 0) return theme.warn(`Ready, with ${warned} ${warned === 1 ? 'thing' : 'things'} to know about.`);
  return theme.ok('Ready.');
}
