import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from './log-entry.js';
import { parseLogLine } from './log-entry.js';
import type { LogFeed, LogSource } from './log-source.js';

/** What to read of several logs. */
export interface LogQuery {
  /** The last so many entries of all logs together. */
  readonly lines: number;
  readonly correlationId?: string;
}

const FOLLOW_POLL_MS = 100;

interface Position {
  readonly source: LogSource;
  readonly feed: LogFeed;
  /** Bytes of a line whose end has not been written yet. */
  rest: Buffer;
  time: string;
}

/** The last entries of several logs, merged by time. */
export async function readLogs(sources: readonly LogSource[], query: LogQuery): Promise<LogEntry[]> {
  const positions = sources.map(startOf);
  try {
    return merge((await Promise.all(positions.map(readNew))).flat(), query).slice(-query.lines);
  } finally {
    close(positions);
  }
}

/** The last entries, then every new one as it is written, until the signal aborts. */
export async function* followLogs(
  sources: readonly LogSource[],
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const positions = sources.map(startOf);
  let limit = query.lines;
  try {
    while (!signal.aborted) {
      const fresh = await Promise.all(positions.map(readNew));
      yield* limit === Infinity ? merge(fresh.flat(), query) : merge(fresh.flat(), query).slice(-limit);
      limit = Infinity;
      await delay(FOLLOW_POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    close(positions);
  }
}

/** The whole log of one process as it was written. */
export async function readWholeLog(source: LogSource): Promise<Buffer> {
  const feed = source.open();
  try {
    return await feed.next();
  } finally {
    feed.close();
  }
}

const startOf = (source: LogSource): Position => ({ source, feed: source.open(), rest: Buffer.alloc(0), time: '' });

const close = (positions: readonly Position[]): void => positions.forEach(({ feed }) => feed.close());

/** Sorting is stable, and a line without a time has that of the line before it: a stack trace stays together. */
function merge(entries: readonly LogEntry[], { correlationId }: LogQuery): LogEntry[] {
  const wanted =
    correlationId === undefined ? entries : entries.filter((entry) => entry.correlationId === correlationId);
  return [...wanted].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

async function readNew(position: Position): Promise<LogEntry[]> {
  const fresh = await position.feed.next();
  if (fresh.length === 0) return [];
  if (position.time === '') position.time = position.feed.begins();
  const all = Buffer.concat([position.rest, fresh]);
  const end = all.lastIndexOf('\n') + 1;
  position.rest = all.subarray(end);
  return parse(position, all.toString('utf8', 0, end));
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
