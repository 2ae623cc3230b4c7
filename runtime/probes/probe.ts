/** What one look saw. */
export type ProbeResult = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Where to look, and for how long. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Words for a failed connection, for the person who waits for it. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'the connection was refused: nothing listens on the port';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection was closed without an answer';
  return message || String(error);
}
