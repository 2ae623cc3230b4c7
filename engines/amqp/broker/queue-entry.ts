import type { Message } from './message.js';

/** A message in one queue. */
export interface Entry {
  readonly message: Message;
  /** It went out before and came back. */
  redelivered: boolean;
  /** Its own priority; looked at in queues with `x-max-priority` only. */
  readonly priority: number;
  /** When it expires, in milliseconds since the epoch: the shorter of its own time to live and the queue's. */
  readonly expiresAt: number | undefined;
  /** The journal knows it. */
  readonly stored: boolean;
}
