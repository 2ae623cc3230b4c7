import type { Channel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logging/index.js';

const defaults = { firstPauseMs: 250, longestPauseMs: 5000 } as const;

/** A channel's consumer that can be paused: messages stay in the queue, for another instance or for later. */
export interface Subscription {
  /** Begins to take messages. */
  start(): Promise<void>;
  /**
   * Takes no more messages for a while, which grows with each pause until `recovered`. Resolves when no further one can come,
   * so that a message that is given back does not return at once.
   */
  pause(): Promise<void>;
  /** Something was handled: the next pause is a short one again. */
  recovered(): void;
  /** Starts anew, with the prefetch of now. */
  restart(): Promise<void>;
  /** For good. */
  stop(): Promise<void>;
}

/** Prepares to consume `queue` on a channel; whoever calls `start` gets the messages. */
export function createSubscription(options: {
  readonly channel: Channel;
  readonly queue: string;
  readonly prefetch: () => number;
  readonly logger: Logger;
  /** `null` when the broker has cancelled the consumer. */
  readonly onMessage: (message: ConsumeMessage | null) => void;
}): Subscription {
  const { channel, queue, prefetch, logger, onMessage } = options;
  let consumerTag: string | undefined;
  let stopped = false;
  let pauses = 0;
  let pausing: { readonly cancelled: Promise<void>; readonly timer: NodeJS.Timeout } | undefined;
  // One thing after the other: a start that overtakes a cancellation would leave two consumers, or none.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => (last = last.catch(() => undefined).then(work));

  const start = (): Promise<void> =>
    inTurn(async () => {
      if (stopped || consumerTag !== undefined) return;
      await channel.prefetch(prefetch());
      ({ consumerTag } = await channel.consume(queue, onMessage));
    });
  const cancel = (): Promise<void> =>
    inTurn(async () => {
      const tag = consumerTag;
      consumerTag = undefined;
      // On a channel that has died there is nothing to cancel.
      if (tag !== undefined) await channel.cancel(tag).catch(() => undefined);
    });

  function resume(): void {
    pausing = undefined;
    start().catch((error: unknown) => logger.warn('could not consume again on this channel', { queue, error }));
  }

  return {
    start,
    pause() {
      if (stopped) return Promise.resolve();
      if (!pausing) {
        const ms = Math.min(defaults.firstPauseMs * 2 ** pauses, defaults.longestPauseMs);
        if (pauses === 0) logger.warn('consumer pauses: something that it needs is away', { queue });
        pauses += 1;
        pausing = { cancelled: cancel(), timer: setTimeout(resume, ms) };
      }
      return pausing.cancelled;
    },
    recovered() {
      if (pauses > 0 && !pausing) logger.info('consumer goes on', { queue });
      if (!pausing) pauses = 0;
    },
    async restart() {
      if (pausing) return;
      await cancel();
      await start();
    },
    async stop() {
      stopped = true;
      clearTimeout(pausing?.timer);
      await cancel();
    },
  };
}
