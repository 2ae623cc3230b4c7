/** One line of a process's log. */
export interface LogEntry {
  /** The process that wrote it. */
  readonly process: string;
  /** ISO 8601; a line without a time of its own has that of the line before it. */
  readonly time: string;
  /** Empty for a line that is not JSON: a server's own words, a stack trace. */
  readonly level: string;
  readonly message: string;
  readonly correlationId: string | undefined;
  /** Everything else that the line says. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads one line: JSON as our services and embedded engines write it, or anything else as it is.
 * @param previousTime the time of the line before it
 */
export function parseLogLine(process: string, line: string, previousTime: string): LogEntry {
  const entry = parseObject(line);
  if (!entry) return { process, time: previousTime, level: '', message: line, correlationId: undefined, fields: {} };
  const { timestamp, time, level, message, event, correlationId, ...rest } = entry;
  return {
    process,
    time: text(timestamp) ?? text(time) ?? previousTime,
    level: text(level) ?? '',
    message: text(message) ?? text(event) ?? '',
    correlationId: text(correlationId),
    fields: Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'service')),
  };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
