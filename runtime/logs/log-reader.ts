import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from './log-entry.js';
import { parseLogLine } from './log-entry.js';

/** The log of one process. */
export interface LogSource {
  readonly process: string;
  readonly file: string;
}

/** What to read of several logs. */
export interface LogQuery {
  /** The last so many entries of all logs together. */
  readonly lines: number;
  readonly correlationId?: string;
}

const FOLLOW_POLL_MS = 100;
const CHUNK_BYTES = 1024 * 1024;

interface Position {
  readonly source: LogSource;
  offset: number;
  /** Bytes of a line whose end has not been written yet. */
  rest: Buffer;
  time: string;
}

/** The last entries of several logs, merged by time. */
export async function readLogs(sources: readonly LogSource[], query: LogQuery): Promise<LogEntry[]> {
  const entries = await Promise.all(sources.map((source) => readNew(startOf(source))));
  return merge(entries.flat(), query).slice(-query.lines);
}

/** The last entries, then every new one as it is written, until the signal aborts. */
export async function* followLogs(
  sources: readonly LogSource[],
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const positions = sources.map(startOf);
  let limit = query.lines;
  while (!signal.aborted) {
    const fresh = await Promise.all(positions.map(readNew));
    yield* limit === Infinity ? merge(fresh.flat(), query) : merge(fresh.flat(), query).slice(-limit);
    limit = Infinity;
    await delay(FOLLOW_POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

const startOf = (source: LogSource): Position => ({ source, offset: 0, rest: Buffer.alloc(0), time: '' });

/** Sorting is stable, and a line without a time has that of the line before it: a stack trace stays together. */
function merge(entries: readonly LogEntry[], { correlationId }: LogQuery): LogEntry[] {
  const wanted =
    correlationId === undefined ? entries : entries.filter((entry) => entry.correlationId === correlationId);
  return [...wanted].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

async function readNew(position: Position): Promise<LogEntry[]> {
  const { file } = position.source;
  const info = await stat(file).catch(() => undefined);
  // A process that has not started yet has no log; one that was emptied is read again from its start.
  if (!info || info.size === position.offset) return [];
  if (info.size < position.offset) position.offset = 0;
  if (position.time === '') position.time = info.birthtime.toISOString();
  const handle = await open(file);
  try {
    const chunks = [position.rest];
    while (position.offset < info.size) {
      const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, info.size - position.offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position.offset);
      if (bytesRead === 0) break;
      position.offset += bytesRead;
      chunks.push(buffer.subarray(0, bytesRead));
    }
    const all = Buffer.concat(chunks);
    const end = all.lastIndexOf('\n') + 1;
    position.rest = all.subarray(end);
    return parse(position, all.toString('utf8', 0, end));
  } finally {
    await handle.close();
  }
}

function parse(position: Position, text: string): LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const entry = parseLogLine(position.source.process, line, position.time);
      position.time = entry.time;
      return entry;
    });
}
