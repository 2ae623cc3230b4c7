type Send = (
  name: 'basic.ack' | 'basic.nack',
  fields: { deliveryTag: number; multiple: boolean; requeue: boolean },
) => void;

/** Numbers the publishes of a channel in confirm mode, and confirms many with one frame where it can. */
export class ConfirmTracker {
  readonly #send: Send;
  /** In the order of publishing: the first is the lowest. */
  readonly #outstanding = new Set<number>();
  #lastTag = 0;
  #acked: number[] = [];
  #nacked: number[] = [];

  constructor(send: Send) {
    this.#send = send;
  }

  /** The number of the next publish. */
  next(): number {
    this.#lastTag += 1;
    this.#outstanding.add(this.#lastTag);
    return this.#lastTag;
  }

  /** The message is safe (or needs no safety). */
  ack(tag: number): void {
    this.#settle(tag, this.#acked);
  }

  /** The message was refused. */
  nack(tag: number): void {
    this.#settle(tag, this.#nacked);
  }

  #settle(tag: number, list: number[]): void {
    if (this.#acked.length + this.#nacked.length === 0) queueMicrotask(() => this.#flush());
    this.#outstanding.delete(tag);
    list.push(tag);
  }

  #flush(): void {
    const acked = this.#acked.sort((a, b) => a - b);
    const nacked = this.#nacked;
    this.#acked = [];
    this.#nacked = [];
    // Before the acks: an ack for several covers every lower tag that is still open.
    for (const deliveryTag of nacked) this.#send('basic.nack', { deliveryTag, multiple: false, requeue: false });
    const [lowestOpen = Infinity] = this.#outstanding;
    const covered = acked.filter((tag) => tag < lowestOpen);
    const highest = covered.at(-1);
    if (highest !== undefined) {
      this.#send('basic.ack', { deliveryTag: highest, multiple: covered.length > 1, requeue: false });
    }
    for (const deliveryTag of acked.slice(covered.length)) {
      this.#send('basic.ack', { deliveryTag, multiple: false, requeue: false });
    }
  }
}
