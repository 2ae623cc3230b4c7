import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** A server behind a wire that takes its time. */
export interface FarAway extends AsyncDisposable {
  readonly port: number;
}

/**
 * Passes bytes on to a port of this machine, those of the answer some ms later: a database in another zone or region.
 * @param onlyFor delays only what follows a request with this in it: a slow query, on a connection that is made at once
 */
export async function farAway(port: number, delayMs: number, onlyFor = ''): Promise<FarAway> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    let late = false;
    near.on('data', (bytes) => {
      late ||= bytes.includes(onlyFor);
      far.write(bytes);
    });
    far.on('data', (bytes) => setTimeout(() => near.writable && near.write(bytes), late ? delayMs : 0));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
