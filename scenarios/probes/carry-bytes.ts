import { connect } from 'node:net';
import type { StackLink } from '@quickbite/runtime/stack';

/** Below what any server takes as one request's headers. */
const BALLAST_BYTES = 8_000;
/** What an engine's own greeting has at least: less than that is no proof of anything. */
const GREETING_BYTES = 150;

/**
 * Sends something over a link that the other end answers, and says how many bytes had to go over it one after the other, and how
 * long that took. HTTP and Redis carry a ballast; for other protocols the readiness probe alone is counted.
 * @returns undefined when there was no answer in time
 */
export async function carryBytes(
  link: StackLink,
  timeoutMs: number,
): Promise<{ readonly bytes: number; readonly ms: number } | undefined> {
  const ballast = 'x'.repeat(BALLAST_BYTES);
  const request = link.url.startsWith('http:')
    ? `GET /health/live HTTP/1.1\r\nhost: quickbite\r\nconnection: close\r\nx-ballast: ${ballast}\r\n\r\n`
    : link.url.startsWith('redis:')
      ? `*2\r\n$4\r\nECHO\r\n$${String(BALLAST_BYTES)}\r\n${ballast}\r\n`
      : undefined;
  const started = performance.now();
  const answered =
    request === undefined ? (await link.probe({ timeoutMs })).ready : await firstByteOf(link, request, timeoutMs);
  const ms = Math.round(performance.now() - started);
  return answered ? { bytes: request?.length ?? GREETING_BYTES, ms } : undefined;
}

function firstByteOf(link: StackLink, request: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: link.host, port: link.port });
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('end', () => settle(false));
    socket.write(request);
  });
}
