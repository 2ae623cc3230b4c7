import type { TrackingEvent } from './tracking-event.js';

/** Who listens to an order's channel. */
export interface TrackingListener {
  onEvent(event: TrackingEvent): void;
  /** Events may have been lost: the channel was away, and is back. */
  onGap(): void;
}

/** Where the services say what happens to orders. */
export interface TrackingChannel {
  /**
   * Resolves when no later event can be missed.
   * @returns ends it
   * @throws AppError `not-ready` when the channel is away
   */
  subscribe(orderId: string, listener: TrackingListener): Promise<() => void>;
  close(): void;
}
