import type { Socket } from 'node:net';

/** Deliveries stop above this many unsent bytes: a slow consumer leaves its messages in the queue. */
const DELIVERY_LIMIT = 256 * 1024;
/** Reading stops above this many: a client that asks without reading the answers has to wait. */
const READING_LIMIT = 4 * 1024 * 1024;

/** The frames on their way to a client: those of one turn go out in one write. */
export class Output {
  readonly #socket: Socket;
  #frames: Buffer[] = [];
  #bytes = 0;
  #sentSince = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get writable(): boolean {
    return this.#bytes + this.#socket.writableLength < DELIVERY_LIMIT;
  }

  get isStuck(): boolean {
    return this.#bytes + this.#socket.writableLength > READING_LIMIT;
  }

  send(frame: Buffer): void {
    if (this.#frames.length === 0) queueMicrotask(() => this.flush());
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    this.#bytes = 0;
    this.#sentSince = true;
    if (!this.#socket.writable) return;
    this.#socket.write(frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames));
  }

  /** Whether something was sent since the last call. */
  takeSent(): boolean {
    const sent = this.#sentSince;
    this.#sentSince = false;
    return sent;
  }
}
