import type { Entry } from './queue-entry.js';

/** Whoever takes messages from a queue, as the queue sees it. */
export interface Consumer {
  readonly tag: string;
  readonly exclusive: boolean;
  /** Of several that can take a message, those with the highest get it. */
  readonly priority: number;
  /** Messages count as settled when they are sent. */
  readonly noAck: boolean;
  /** Whether prefetch and the socket allow one more now. When that changes, the consumer calls `queue.pump()`. */
  ready(): boolean;
  deliver(entry: Entry): void;
  /** The queue is gone. */
  cancelled(): void;
}
