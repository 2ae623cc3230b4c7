import type { LogEntry } from '@quickbite/runtime/logs';
import type { Theme } from './theme.js';

const NAME_WIDTH = 20;

/** One log entry as a line: `12:01:02.123 order-service info message key=value correlationId`. */
export function renderLogEntry(entry: LogEntry, theme: Theme): string {
  const { error, ...fields } = entry.fields;
  const pairs = Object.entries(fields).map(([name, value]) => theme.muted(`${name}=`) + formatValue(value));
  const line = [
    theme.muted(clock(entry.time)),
    theme.tag(entry.process)(entry.process.padEnd(NAME_WIDTH)),
    paintLevel(entry.level, theme),
    entry.message,
    ...pairs,
    ...(entry.correlationId ? [theme.muted(entry.correlationId)] : []),
  ].join(' ');
  return [line, ...errorLines(error).map((text) => theme.muted(`    ${text}`))].join('\n');
}

/** Local time of day; the date is in `--json`. */
function clock(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

function paintLevel(level: string, theme: Theme): string {
  const padded = level.padEnd(5);
  if (level === 'error') return theme.bad(padded);
  if (level === 'warn') return theme.warn(padded);
  return theme.muted(padded);
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}

/** Services log an error as an object with its stack. */
function errorLines(error: unknown): string[] {
  if (error === undefined) return [];
  if (typeof error === 'string') return error.split('\n');
  if (error instanceof Object && 'stack' in error && typeof error.stack === 'string') return error.stack.split('\n');
  return [JSON.stringify(error)];
}
