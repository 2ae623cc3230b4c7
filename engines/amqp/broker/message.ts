/** A message as it was published (or dead-lettered) once, shared by every queue that holds it. */
export interface Message {
  /** Grows with every publish: the order of messages in a queue, and the name of the message in the journal. */
  readonly id: number;
  readonly exchange: string;
  readonly routingKey: string;
  /** Property flags and fields as received, so that types the broker does not know survive. */
  readonly properties: Buffer;
  readonly body: Buffer;
  /** Delivery mode 2: kept over a restart when the queue is durable. */
  readonly persistent: boolean;
  /** The message's own time to live in milliseconds. */
  readonly expiration: number | undefined;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

/** What is known of a message before the broker takes it. */
export type Publication = Omit<Message, 'id' | 'publishedAt'> & {
  /** Routing keys beside its own. */
  readonly copyKeys: readonly string[];
};
