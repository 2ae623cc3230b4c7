import { connect } from 'node:net';
import type { ProbeResult, ProbeTarget } from './probe.js';
import { reasonOf } from './probe.js';

/**
 * Opens a connection, sends a request, and reads until `judge` has seen enough.
 * @param judge gets all bytes so far; undefined means that more are needed
 */
export function exchange(
  target: ProbeTarget,
  request: Buffer,
  judge: (received: Buffer) => ProbeResult | undefined,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    const socket = connect({ host: target.host, port: target.port });
    const timer = setTimeout(
      () => finish({ ready: false, reason: `no answer within ${target.timeoutMs} ms` }),
      target.timeoutMs,
    );
    const finish = (result: ProbeResult): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      try {
        const result = judge(received);
        if (result) finish(result);
      } catch (error) {
        finish({ ready: false, reason: `the answer could not be read: ${reasonOf(error)}` });
      }
    });
    socket.once('error', (error) => finish({ ready: false, reason: reasonOf(error) }));
    socket.once('close', () => finish({ ready: false, reason: 'the connection was closed without an answer' }));
  });
}
