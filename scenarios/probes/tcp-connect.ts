import { createConnection } from 'node:net';

/** What happens to a new TCP connection. A frozen process still has its socket: the kernel accepts for it. */
export type ConnectOutcome = 'accepted' | 'refused' | 'no answer';

/** Opens one connection and closes it again. */
export function tryConnect(host: string, port: number, timeoutMs: number): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const settle = (outcome: ConnectOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(timeoutMs, () => settle('no answer'));
    socket.once('connect', () => settle('accepted'));
    socket.once('error', () => settle('refused'));
  });
}
