import { connect } from 'node:net';

/** What happens to a connection after something was sent over it. */
export type WriteOutcome = 'reset' | 'refused' | 'closed' | 'answered' | 'silence';

/** Opens one connection, sends a line, and says what happened first. */
export function writeOnce(host: string, port: number, timeoutMs: number): Promise<WriteOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (outcome: WriteOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(timeoutMs, () => settle('silence'));
    socket.once('data', () => settle('answered'));
    socket.once('end', () => settle('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED' ? 'refused' : 'reset'));
    socket.write('\r\n');
  });
}
