import type { Socket } from 'node:net';

/** What answers wait for. */
export interface Durability {
  /** Whether something was changed that the journal file does not have yet. */
  readonly hasPending: boolean;
  /** Hands all changes to the operating system; with `journaled`, to the disk. */
  commit(journaled: boolean): void;
}

interface Waiting {
  readonly socket: Socket;
  readonly bytes: Buffer;
}

/**
 * Group commit: the answers to everything that arrived in one turn of the event loop wait for one write to the journal, and
 * for one sync if any of them asked for it. No answer leaves before the journal has all that it may tell of.
 */
export class Outbox {
  readonly #durability: Durability;
  #waiting: Waiting[] = [];
  #journaled = false;
  #scheduled = false;

  constructor(durability: Durability) {
    this.#durability = durability;
  }

  /** Sends an answer, at once where nothing has to reach the journal before it. */
  send(socket: Socket, bytes: Buffer): void {
    if (this.#durability.hasPending || this.#scheduled) {
      this.#waiting.push({ socket, bytes });
      this.#schedule();
    } else {
      socket.write(bytes);
    }
  }

  /** Notes that a command was run. @param journaled whether its answer has to wait for the disk */
  ran(journaled: boolean): void {
    if (!journaled && !this.#durability.hasPending) return;
    this.#journaled ||= journaled;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    const [waiting, journaled] = [this.#waiting, this.#journaled];
    this.#waiting = [];
    this.#journaled = false;
    this.#scheduled = false;
    this.#durability.commit(journaled);
    for (const { socket, bytes } of waiting) socket.write(bytes);
  }
}
