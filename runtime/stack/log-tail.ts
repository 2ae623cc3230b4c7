import { parseLogLine, readWholeLog } from '../logs/index.js';
import type { LogSource } from '../logs/index.js';

const MAX_BYTES = 64 * 1024;

/** The last lines of a log, for an error message; none when there is no log. */
export async function tailOfLog(log: LogSource, lines: number): Promise<string[]> {
  const written = await readWholeLog(log);
  const text = written.subarray(-MAX_BYTES).toString('utf8');
  return text.trimEnd().split('\n').filter(Boolean).slice(-lines).map(readable);
}

/** Services log JSON: its level, message and error are what a person looks for. */
function readable(line: string): string {
  const { level, message, fields } = parseLogLine('', line, '');
  const { error } = fields;
  const cause = error instanceof Object && 'message' in error ? String(error.message) : error;
  return [level, message, typeof cause === 'string' ? `(${cause})` : ''].filter(Boolean).join(' ');
}
