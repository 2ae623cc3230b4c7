/** Takes one event; the embedded servers print it as a line of JSON. */
export type Logger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** Prints events to stdout, one JSON object a line. `debug` is left out. */
export const printEvents: Logger = (level, event, fields) => {
  if (level === 'debug') return;
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
};
