import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Toxic } from '../toxics/toxic.js';
import { showToxic } from '../toxics/toxic.js';
import type { Address } from './address.js';
import { formatAddress, parseAddress } from './address.js';
import { Connection } from './connection.js';

const BACKLOG = 511;

/** What a proxy is, without its toxics. */
export interface ProxySettings {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** The port of a proxy cannot be listened on; the message is worded as Toxiproxy's. */
class ListenError extends Error {}

/** One proxy: while it is enabled it listens, and joins every client to a connection of its own to the upstream server. */
export class Proxy {
  readonly name: string;
  readonly #toxics: Toxic[] = [];
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<Socket>();
  #listen: string;
  #upstream: string;
  #server: Server | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(name: string, settings: Pick<ProxySettings, 'listen' | 'upstream'>) {
    this.name = name;
    this.#listen = settings.listen;
    this.#upstream = settings.upstream;
  }

  get settings(): ProxySettings {
    return { listen: this.#listen, upstream: this.#upstream, enabled: this.#server !== undefined };
  }

  /** Those of upstream first, each in the order in which they were added. */
  get toxics(): readonly Toxic[] {
    return [...this.#toxics].sort((one, other) => other.stream.localeCompare(one.stream));
  }

  /** Listens; does nothing when it does already. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** Refuses connections from now on, and drops those that there are. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** A change of an address drops the connections; a name is for life. */
  update(change: (current: ProxySettings) => ProxySettings): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = change(this.settings);
      const moved = wanted.listen !== this.#listen || wanted.upstream !== this.#upstream;
      if (moved || !wanted.enabled) await this.#stop();
      this.#listen = wanted.listen;
      this.#upstream = wanted.upstream;
      if (wanted.enabled) await this.#start();
    });
  }

  /** Requests may come together; what they do to the port is done one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<void> {
    if (this.#server) return;
    const address = parseAddress(this.#listen);
    if (!address) throw new ListenError(`listen tcp: address ${this.#listen}: missing port in address`);
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) =>
      this.#join(client),
    );
    this.#listen = formatAddress(await listen(server, address));
    this.#server = server;
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  find(toxic: string): Toxic | undefined {
    return this.#toxics.find(({ name }) => name === toxic);
  }

  add(toxic: Toxic): void {
    this.#toxics.push(toxic);
    for (const connection of this.#connections) connection.add(toxic);
  }

  /** To be called after the toxic has been changed, so that open connections feel it. */
  changed(toxic: Toxic): void {
    for (const connection of this.#connections) connection.change(toxic);
  }

  remove(toxic: Toxic): void {
    this.#toxics.splice(this.#toxics.indexOf(toxic), 1);
    for (const connection of this.#connections) connection.remove(toxic);
  }

  /** As the API shows it. */
  show(): Record<string, unknown> {
    return { name: this.name, ...this.settings, toxics: this.toxics.map(showToxic) };
  }

  #join(client: Socket): void {
    this.#keep(client);
    const upstream = parseAddress(this.#upstream);
    if (!upstream) {
      client.destroy();
      return;
    }
    const server = createConnection({ host: upstream.host || '127.0.0.1', port: upstream.port, allowHalfOpen: true });
    this.#keep(server);
    const giveUp = (): void => {
      client.destroy();
      server.destroy();
    };
    client.once('close', giveUp);
    server.once('error', giveUp);
    server.once('connect', () => {
      server.setNoDelay(true);
      client.off('close', giveUp);
      server.off('error', giveUp);
      const connection = new Connection(client, server, this.#toxics);
      this.#connections.add(connection);
      const leave = (): void => {
        if (client.destroyed && server.destroyed) this.#connections.delete(connection);
      };
      client.once('close', leave);
      server.once('close', leave);
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A broken connection closes; what that means for the other side is decided where the close is heard.
    socket.on('error', () => socket.destroy());
  }
}

function listen(server: Server, { host, port }: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    // It stays, for errors of later accepts: out of file descriptors, a proxy must go on.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const words = error.code === 'EADDRINUSE' ? 'bind: address already in use' : error.message;
      reject(new ListenError(`listen tcp ${host}:${port}: ${words}`, { cause: error }));
    });
    server.listen({ port, backlog: BACKLOG, ...(host !== '' && { host }) }, () => {
      const { address, port: taken } = server.address() as AddressInfo;
      resolve({ host: address, port: taken });
    });
  });
}
