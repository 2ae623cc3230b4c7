import { AmqpError } from '../codec/amqp-error.js';
import type { Queue } from '../broker/queue.js';
import type { Entry } from '../broker/queue-entry.js';

/** A delivery that the client has to acknowledge. */
export interface Delivery {
  readonly queue: Queue;
  readonly entry: Entry;
  /** Called once when the delivery is settled or given back. */
  readonly released: () => void;
}

/** The deliveries of a channel that are not settled, by delivery tag. */
export class Unacked {
  readonly #deliveries = new Map<number, Delivery>();

  get size(): number {
    return this.#deliveries.size;
  }

  add(tag: number, delivery: Delivery): void {
    this.#deliveries.set(tag, delivery);
  }

  /** Takes out one delivery, or all up to the tag; tag 0 with `multiple` means all. Throws PRECONDITION_FAILED. */
  take(tag: number, multiple: boolean): Delivery[] {
    if (tag === 0 && multiple) return this.takeAll();
    if (!this.#deliveries.has(tag)) throw new AmqpError('PRECONDITION_FAILED', `unknown delivery tag ${tag}`);
    if (!multiple) return this.#release([tag]);
    const tags: number[] = [];
    for (const known of this.#deliveries.keys()) {
      if (known > tag) break;
      tags.push(known);
    }
    return this.#release(tags);
  }

  takeAll(): Delivery[] {
    return this.#release([...this.#deliveries.keys()]);
  }

  #release(tags: readonly number[]): Delivery[] {
    const taken: Delivery[] = [];
    for (const tag of tags) {
      const delivery = this.#deliveries.get(tag);
      if (!delivery) continue;
      this.#deliveries.delete(tag);
      delivery.released();
      taken.push(delivery);
    }
    return taken;
  }
}

/** Gives deliveries back to their queues, each queue at once so that the order is kept. */
export function requeue(deliveries: readonly Delivery[]): void {
  const byQueue = new Map<Queue, Entry[]>();
  for (const { queue, entry } of deliveries) {
    const entries = byQueue.get(queue);
    if (entries) entries.push(entry);
    else byQueue.set(queue, [entry]);
  }
  for (const [queue, entries] of byQueue) queue.requeue(entries);
}
