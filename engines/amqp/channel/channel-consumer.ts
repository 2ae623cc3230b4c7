import type { Consumer } from '../broker/consumer.js';
import type { Queue } from '../broker/queue.js';
import type { Entry } from '../broker/queue-entry.js';
import type { ConnectionPort } from './connection-port.js';

/** The part of a channel that a consumer needs. */
interface ConsumerChannel {
  readonly connection: ConnectionPort;
  readonly consumers: Map<string, unknown>;
  readonly unacked: { readonly size: number };
  readonly prefetch: number;
  track(queue: Queue, entry: Entry, consumer: { noAck: boolean; released: () => void }): number;
  send(name: 'basic.cancel', fields: { consumerTag: string; nowait: boolean }): void;
  sendMessage(name: 'basic.deliver', fields: DeliverFields, message: Entry['message']): void;
}

interface DeliverFields {
  consumerTag: string;
  deliveryTag: number;
  redelivered: boolean;
  exchange: string;
  routingKey: string;
}

interface ConsumerOptions {
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  /** Unacknowledged deliveries allowed for this consumer; 0 is no limit. */
  readonly prefetch: number;
}

/** A `basic.consume` of a channel. */
export class ChannelConsumer implements Consumer {
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly queue: Queue;
  readonly #channel: ConsumerChannel;
  readonly #prefetch: number;
  #unacked = 0;

  constructor(channel: ConsumerChannel, queue: Queue, options: ConsumerOptions) {
    this.tag = options.tag;
    this.noAck = options.noAck;
    this.exclusive = options.exclusive;
    this.priority = options.priority;
    this.queue = queue;
    this.#channel = channel;
    this.#prefetch = options.prefetch;
  }

  ready(): boolean {
    if (!this.#channel.connection.writable()) return false;
    if (this.noAck) return true;
    const { prefetch, unacked } = this.#channel;
    return (prefetch === 0 || unacked.size < prefetch) && (this.#prefetch === 0 || this.#unacked < this.#prefetch);
  }

  deliver(entry: Entry): void {
    this.#unacked += 1;
    const deliveryTag = this.#channel.track(this.queue, entry, {
      noAck: this.noAck,
      released: () => {
        this.#unacked -= 1;
      },
    });
    const { exchange, routingKey } = entry.message;
    const fields = { consumerTag: this.tag, deliveryTag, redelivered: entry.redelivered, exchange, routingKey };
    this.#channel.sendMessage('basic.deliver', fields, entry.message);
  }

  cancelled(): void {
    this.#channel.consumers.delete(this.tag);
    if (this.#channel.connection.wantsConsumerCancel) {
      this.#channel.send('basic.cancel', { consumerTag: this.tag, nowait: true });
    }
  }
}
