import type { StackReport } from '../stack-report.js';
import { formatDuration } from './duration.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** The processes of one stack as they are now, and below them what is wrong with which. */
export function renderStack(report: StackReport, theme: Theme): string {
  const experiment = report.experiment ? theme.warn(` ${report.experiment} is running on it`) : '';
  const adopted = report.adoptedFrom === null ? '' : `, adopted from the Compose project ${report.adoptedFrom}`;
  const head = `Stack ${theme.strong(report.id)}: ${conditionWords(report, theme)}${adopted}${experiment}`;
  if (report.processes.length === 0) return head;
  const table = renderTable(
    theme,
    [
      { title: 'process' },
      { title: 'status' },
      { title: 'port', align: 'right' },
      { title: 'pid', align: 'right' },
      { title: 'source' },
      { title: 'started in', align: 'right' },
      { title: 'up for', align: 'right' },
    ],
    report.processes.map(({ name, status, port, pid, source, readyMs, uptimeMs }) => [
      theme.strong(name),
      paintStatus(status, theme),
      String(port),
      pid === null ? '-' : String(pid),
      source ?? '',
      readyMs === null ? '-' : formatDuration(readyMs),
      uptimeMs === null ? '-' : formatDuration(uptimeMs),
    ]),
  );
  const notes = report.processes.flatMap(({ name, note }) =>
    note ? [`${theme.warn(theme.symbols.warn)} ${name}: ${note}`] : [],
  );
  const links = report.links.length > 0 ? ['', `Through the proxy: ${report.links.join(', ')}`] : [];
  return [head, '', table, ...links, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function conditionWords(report: StackReport, theme: Theme): string {
  switch (report.condition) {
    case 'up':
      return theme.ok('up');
    case 'booting':
      return theme.warn('being booted');
    case 'leftover':
      return theme.bad(report.problem ?? 'nobody owns it any more');
  }
}

function paintStatus(status: StackReport['processes'][number]['status'], theme: Theme): string {
  switch (status) {
    case 'ready':
      return theme.ok(status);
    case 'not ready':
    case 'paused':
      return theme.warn(status);
    case 'stopped':
      return theme.muted(status);
    case 'gone':
      return theme.bad(status);
  }
}
