import type { Socket } from 'node:net';
import type { Toxic } from '../toxics/toxic.js';
import { Pipeline } from './pipeline.js';

/**
 * A client's connection joined to one to the upstream server, both ways. The end of one side is passed on as the end of that
 * direction only; when a side is gone for good, the other goes after what is on its way.
 */
export class Connection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipelines: Readonly<Record<Toxic['stream'], Pipeline>>;

  /** Both sockets are connected, paused, and allow half-open connections. */
  constructor(client: Socket, server: Socket, toxics: readonly Toxic[]) {
    this.#client = client;
    this.#server = server;
    const ends = { close: () => this.close(), reset: () => this.#reset() };
    const of = (stream: Toxic['stream']) => toxics.filter((toxic) => toxic.stream === stream);
    this.#pipelines = {
      upstream: new Pipeline(client, server, of('upstream'), ends),
      downstream: new Pipeline(server, client, of('downstream'), ends),
    };
    client.resume();
    server.resume();
  }

  add(toxic: Toxic): void {
    this.#pipelines[toxic.stream].add(toxic);
  }

  change(toxic: Toxic): void {
    this.#pipelines[toxic.stream].change(toxic);
  }

  remove(toxic: Toxic): void {
    this.#pipelines[toxic.stream].remove(toxic);
  }

  /** Closes both sides, after what was written to them. */
  close(): void {
    this.#client.destroySoon();
    this.#server.destroySoon();
  }

  #reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }
}
