import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often a draining server looks for connections that have become idle, in ms. */
const IDLE_SWEEP_MS = 50;

/** Lets running requests end and cuts what is left after `graceMs`. `closeUnused` is `trackUnused`'s. */
export function closeGracefully(server: Server, options: { graceMs: number; closeUnused: () => void }): Promise<void> {
  const { graceMs, closeUnused } = options;
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A kept-alive connection whose answer left just before the drain becomes idle only after it: look again and again.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      closeUnused();
    }, IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/**
 * Clients open connections ahead of their requests. Node does not count one as idle before its first request, so that it
 * would hold up a drain until the client gives it up.
 * @returns closes the connections that nothing was ever sent on
 */
export function trackUnused(server: Server): () => void {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return () => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
}
