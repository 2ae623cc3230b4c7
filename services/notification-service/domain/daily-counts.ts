import type { OutsideChannel } from './notification.js';

/** Counts what somebody was sent in a day. */
export interface DailyCounts {
  /**
   * Counts a notification on a channel unless the cap is reached; one that was counted before passes again.
   * @returns which cap is reached; undefined when it was counted
   */
  reserve(request: {
    readonly userId: string;
    /** Local date. */
    readonly day: string;
    readonly channel: OutsideChannel;
    readonly notificationId: string;
    readonly caps: Caps;
  }): Promise<'channel' | 'total' | undefined>;
}

/** Most messages a day. */
export interface Caps {
  /** On the channel. */
  readonly channel: number;
  /** The recipient's own, over all channels together. */
  readonly total?: number | undefined;
}
