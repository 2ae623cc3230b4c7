/** Structured events of the broker. */
export interface Logger {
  info(event: string, details?: Readonly<Record<string, unknown>>): void;
  error(event: string, details?: Readonly<Record<string, unknown>>): void;
}

/** One JSON object a line. */
export function jsonLogger(write: (line: string) => void): Logger {
  const log =
    (level: 'info' | 'error') =>
    (event: string, details: Readonly<Record<string, unknown>> = {}) =>
      write(`${JSON.stringify({ event, level, time: new Date().toISOString(), ...details })}\n`);
  return { info: log('info'), error: log('error') };
}
