import { exchange } from './exchange.js';
import type { ProbeResult, ProbeTarget } from './probe.js';

/** Ready when `PING` is answered by `PONG`; a server that still loads its data answers with an error. */
export function probeRedis(target: ProbeTarget): Promise<ProbeResult> {
  return exchange(target, Buffer.from('*1\r\n$4\r\nPING\r\n'), (received) => {
    const end = received.indexOf('\r\n');
    if (end < 0) return undefined;
    const line = received.toString('utf8', 0, end);
    return line === '+PONG' ? { ready: true } : { ready: false, reason: `PING was answered by "${line}"` };
  });
}
