import type { Entry } from './queue-entry.js';

/** Below this many free slots at the front, compacting is not worth it. */
const SLACK = 1024;

/** The messages of a queue that wait for delivery, in publishing order; taking from the front is O(1). */
export class ReadyMessages {
  #items: (Entry | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Sum of the bodies, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get first(): Entry | undefined {
    return this.#items[this.#head];
  }

  push(entry: Entry): void {
    this.#items.push(entry);
    this.#bytes += entry.message.body.length;
  }

  shift(): Entry | undefined {
    const entry = this.first;
    if (entry === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    this.#bytes -= entry.message.body.length;
    if (this.#head > SLACK && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Puts a message back where it was before it was taken. */
  restore(entry: Entry): void {
    this.#bytes += entry.message.body.length;
    const index = this.#indexFor(entry);
    if (index === this.#head && this.#head > 0) {
      this.#head -= 1;
      this.#items[this.#head] = entry;
    } else {
      this.#items.splice(index, 0, entry);
    }
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (let index = this.#head; index < this.#items.length; index += 1) {
      const entry = this.#items[index];
      if (entry) yield entry;
    }
  }

  #indexFor(entry: Entry): number {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.message.id ?? 0) < entry.message.id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
