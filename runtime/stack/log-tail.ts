import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseLogLine } from '../logs/log-entry.js';

const MAX_BYTES = 64 * 1024;

/** The last lines of a log, for an error message; none when there is no log. */
export function tailOfLog(file: string, lines: number): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, MAX_BYTES));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').filter(Boolean).slice(-lines).map(readable);
  } finally {
    closeSync(descriptor);
  }
}

/** Services log JSON: its level, message and error are what a person looks for. */
function readable(line: string): string {
  const { level, message, fields } = parseLogLine('', line, '');
  const { error } = fields;
  const cause = error instanceof Object && 'message' in error ? String(error.message) : error;
  return [level, message, typeof cause === 'string' ? `(${cause})` : ''].filter(Boolean).join(' ');
}
