import { randomBytes } from 'node:crypto';
import type { Broker } from '../broker/broker.js';
import { bindableExchange } from '../broker/declarations.js';
import type { Exchange } from '../broker/exchange.js';
import type { Message } from '../broker/message.js';
import type { Queue } from '../broker/queue.js';
import type { Entry } from '../broker/queue-entry.js';
import { AmqpError } from '../codec/amqp-error.js';
import { encodeMethod } from '../codec/amqplib-codec.js';
import { encodeContent } from '../codec/content-frames.js';
import type { ServerMethods } from '../codec/methods.js';
import { ChannelConsumer } from './channel-consumer.js';
import type { ConfirmTracker } from './confirm-tracker.js';
import type { ConnectionPort } from './connection-port.js';
import { requeue, Unacked } from './unacked.js';

/** The state of one channel and what its methods have in common; the methods are in the files named for their class. */
export class Channel {
  readonly number: number;
  readonly connection: ConnectionPort;
  readonly broker: Broker;
  readonly consumers = new Map<string, ChannelConsumer>();
  readonly unacked = new Unacked();
  /** Set in confirm mode. */
  confirms: ConfirmTracker | undefined;
  /** Unacknowledged deliveries allowed over all consumers; 0 is no limit. */
  prefetch = 0;
  /** Given to consumers that start from now on; 0 is no limit. */
  consumerPrefetch = 0;
  /** What an empty queue name means. */
  lastQueue: string | undefined;
  #lastTag = 0;
  #closed = false;
  /** What waits to be sent, while something holds it back. */
  #held: Buffer[] = [];
  #holds = 0;

  constructor(number: number, connection: ConnectionPort, broker: Broker) {
    this.number = number;
    this.connection = connection;
    this.broker = broker;
  }

  send<K extends keyof ServerMethods>(name: K, fields: ServerMethods[K]): void {
    if (!this.#closed) this.#send(encodeMethod(name, this.number, fields));
  }

  /** Sends nothing from now on, until the returned function is called: then it goes out in order. */
  hold(): () => void {
    this.#holds += 1;
    return () => {
      this.#holds -= 1;
      if (this.#holds > 0) return;
      for (const bytes of this.#held.splice(0)) this.connection.send(bytes);
    };
  }

  /** Sends a method that carries a message. */
  sendMessage<K extends 'basic.deliver' | 'basic.get-ok' | 'basic.return'>(
    name: K,
    fields: ServerMethods[K],
    message: Pick<Message, 'properties' | 'body'>,
  ): void {
    if (this.#closed) return;
    this.#send(encodeMethod(name, this.number, fields));
    this.#send(encodeContent(this.number, message.properties, message.body, this.connection.frameMax));
  }

  /** Gives a message the next delivery tag and, unless it needs no acknowledgement, remembers it. */
  track(queue: Queue, entry: Entry, consumer: { noAck: boolean; released: () => void }): number {
    this.#lastTag += 1;
    if (!consumer.noAck) this.unacked.add(this.#lastTag, { queue, entry, released: consumer.released });
    return this.#lastTag;
  }

  /** A queue by the name in a method; an empty one means the queue that this channel declared last. */
  queue(name: string): Queue {
    if (name !== '') return this.broker.topology.queue(name, this.connection);
    if (this.lastQueue !== undefined) return this.broker.topology.queue(this.lastQueue, this.connection);
    throw new AmqpError('NOT_FOUND', 'no previously declared queue');
  }

  exchange(name: string): Exchange {
    return bindableExchange(this.broker, name);
  }

  addConsumer(
    queue: Queue,
    options: { tag: string; noAck: boolean; exclusive: boolean; priority: number },
  ): ChannelConsumer {
    const tag = options.tag || `amq.ctag-${randomBytes(16).toString('base64url')}`;
    const consumer = new ChannelConsumer(this, queue, { ...options, tag, prefetch: this.consumerPrefetch });
    this.consumers.set(tag, consumer);
    return consumer;
  }

  removeConsumer(tag: string): void {
    const consumer = this.#detach(tag);
    // With a single active consumer it may be another one's turn now.
    consumer?.queue.pump();
  }

  /** Something that held deliveries back is over: tries again. */
  resume(): void {
    for (const queue of new Set([...this.consumers.values()].map((consumer) => consumer.queue))) queue.pump();
  }

  /** Closes it for a client that waits for no answer any more. */
  abandon(): void {
    this.#held = [];
    this.close();
  }

  /** Ends consumers and gives back what was not acknowledged. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const deliveries = this.unacked.takeAll();
    // An auto-delete queue goes with its last consumer: consumers first, so that it does not get messages back in vain.
    const detached = [...this.consumers.keys()].map((tag) => this.#detach(tag));
    requeue(deliveries);
    for (const consumer of detached) consumer?.queue.pump();
  }

  #send(bytes: Buffer): void {
    if (this.#holds > 0) this.#held.push(bytes);
    else this.connection.send(bytes);
  }

  #detach(tag: string): ChannelConsumer | undefined {
    const consumer = this.consumers.get(tag);
    this.consumers.delete(tag);
    consumer?.queue.removeConsumer(consumer);
    return consumer;
  }
}
