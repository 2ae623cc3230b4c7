import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A server behind a proxy, and what it has seen. */
export interface UpstreamServer extends AsyncDisposable {
  readonly address: string;
  /** The connections that it has now, oldest first. */
  readonly sockets: readonly Socket[];
}

/** Starts one; by default it sends back what it gets, and ends when its client does. */
export async function startUpstream(
  serve: (socket: Socket) => void = (socket) => socket.pipe(socket),
): Promise<UpstreamServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.splice(sockets.indexOf(socket), 1));
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of [...sockets]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A client's connection to a proxy, and what came over it. */
export interface Client extends Disposable {
  readonly socket: Socket;
  /** All that has come so far. */
  received(): string;
  /** How the connection ended: undefined while it has not. */
  readonly ended: () => 'closed' | 'reset' | undefined;
  /** The other side has sent its end (this side may still send), or all has ended. */
  readonly over: () => boolean;
}

/** Connects; rejects when it is refused. */
export async function connectTo(address: string): Promise<Client> {
  const [host, port] = address.split(':');
  const socket = connect({ host: host ?? '', port: Number(port), allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  let text = '';
  let end: 'closed' | 'reset' | undefined;
  let half = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.once('end', () => (half = true));
  socket.once('error', (error: NodeJS.ErrnoException) => (end = error.code === 'ECONNRESET' ? 'reset' : 'closed'));
  socket.once('close', () => (end ??= 'closed'));
  return {
    socket,
    received: () => text,
    ended: () => end,
    over: () => half || end !== undefined,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Waits for a condition; fails after 20 s. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
