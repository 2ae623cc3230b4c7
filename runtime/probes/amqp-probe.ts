import type { ProbeResult, ProbeTarget } from './probe.js';
import { reasonOf } from './probe.js';

/** Ready when a connection to the default virtual host opens: later than when the port is open. */
export async function probeAmqp({ host, port, timeoutMs }: ProbeTarget): Promise<ProbeResult> {
  const { connect } = await import('amqplib');
  try {
    const connection = await connect({ protocol: 'amqp', hostname: host, port }, { timeout: timeoutMs });
    connection.on('error', () => undefined);
    await connection.close();
    return { ready: true };
  } catch (error) {
    const timedOut = error instanceof Error && error.message.includes('ETIMEDOUT');
    return { ready: false, reason: timedOut ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  }
}
