import type { Socket } from 'node:net';

/** Deliveries stop above this many unsent bytes: a slow consumer leaves its messages in the queue. */
const DELIVERY_LIMIT = 256 * 1024;
/** Reading stops above this many: a client that asks without reading the answers has to wait. */
const READING_LIMIT = 4 * 1024 * 1024;

/** The frames on their way to a client: those of one turn go out in one write. */
export class Output {
  readonly #socket: Socket;
  readonly #onRoom: () => void;
  /** Somebody was told that there is no room, and waits to hear that there is. */
  #waitedFor = false;
  #frames: Buffer[] = [];
  #bytes = 0;
  #sentSince = false;

  /** @param onRoom called when there is room again after {@link hasRoom} or {@link isStuck} said that there is not */
  constructor(socket: Socket, onRoom: () => void) {
    this.#socket = socket;
    this.#onRoom = onRoom;
  }

  get hasRoom(): boolean {
    const room = this.#unsent < DELIVERY_LIMIT;
    if (!room) this.#waitedFor = true;
    return room;
  }

  get isStuck(): boolean {
    const stuck = this.#unsent > READING_LIMIT;
    if (stuck) this.#waitedFor = true;
    return stuck;
  }

  get #unsent(): number {
    return this.#bytes + this.#socket.writableLength;
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
    // The callback, because 'drain' does not come for every write that the kernel takes at once.
    this.#socket.write(frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames), () => this.#written());
  }

  /** Whether something was sent since the last call. */
  takeSent(): boolean {
    const sent = this.#sentSince;
    this.#sentSince = false;
    return sent;
  }

  #written(): void {
    if (!this.#waitedFor || this.#unsent >= DELIVERY_LIMIT) return;
    this.#waitedFor = false;
    this.#onRoom();
  }
}
