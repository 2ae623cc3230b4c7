import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

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
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const parts = [entry['level'], entry['message'], entry['error'], entry['stack']];
    const words = parts
      .filter((part) => part !== undefined)
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
    return words.length > 0 ? words.join(' ') : line;
  } catch {
    return line;
  }
}
