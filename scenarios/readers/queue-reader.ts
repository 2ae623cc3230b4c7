import { connect } from 'amqplib';

/** A queue at one moment. */
export interface QueueDepth {
  /** Messages that wait; those that a consumer holds are not counted. */
  readonly messages: number;
  readonly consumers: number;
}

/** A connection to the broker that looks and changes nothing. */
export interface QueueReader {
  /** @returns undefined when there is no such queue */
  depth(queue: string): Promise<QueueDepth | undefined>;
  close(): Promise<void>;
}

/** @param url of the broker, e.g. `amqp://guest:guest@127.0.0.1:5672` */
export async function openQueueReader(url: string): Promise<QueueReader> {
  const connection = await connect(url);
  // The broker may be killed under it: the next look fails, which is for the story to handle.
  connection.on('error', () => undefined);
  return {
    async depth(queue) {
      // A queue that does not exist closes the channel that asked: each question has one of its own.
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      try {
        const { messageCount, consumerCount } = await channel.checkQueue(queue);
        await channel.close();
        return { messages: messageCount, consumers: consumerCount };
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
        throw error;
      }
    },
    close: () => connection.close().catch(() => undefined),
  };
}
