import { randomBytes } from 'node:crypto';
import { decodeProperties } from '../codec/amqplib-codec.js';
import type { Table } from '../codec/methods.js';
import type { Logger } from '../logger.js';
import type { JournalRecord, TopologyChange } from '../store/journal-record.js';
import type { Replayed } from '../store/replay.js';
import { deadLetter } from './dead-letter.js';
import type { DeadLetter } from './dead-letter.js';
import type { Destination } from './exchange.js';
import type { Message, Publication } from './message.js';
import { parseQueueArguments } from './queue-arguments.js';
import { Queue } from './queue.js';
import type { DeathReason, QueueOptions } from './queue.js';
import { route } from './router.js';
import { argumentsOf, Topology } from './topology.js';

/** Where the broker writes what must survive. */
export interface Store {
  /** How many records it was given. */
  readonly appended: number;
  append(record: JournalRecord): void;
  whenDurable(callback: () => void): void;
}

export interface PublishOutcome {
  /** Queues that the message was routed to; none means that it is returned when it was mandatory. */
  readonly queues: number;
  /** A full queue with `x-overflow: reject-publish` refused it. */
  readonly refused: boolean;
  /** It is on its way to the disk: confirm it only when the store says that it is durable. */
  readonly stored: boolean;
}

/** Routes publishes into queues, dead letters into publishes, and keeps the store informed. */
export class Broker {
  readonly topology: Topology;
  readonly #store: Store;
  readonly #logger: Logger;
  #recovering = false;
  #lastMessageId = 0;
  #lastQueueId = 0;

  constructor(store: Store, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
    this.topology = new Topology((change) => {
      if (!this.#recovering) store.append({ kind: 'topology', change });
    });
  }

  /** Publishes to an exchange that exists, or to the default exchange (''). */
  publish(publication: Publication): PublishOutcome {
    return this.#deliver(this.#route(publication), publication);
  }

  /** Grows with whatever is to survive a restart: a method during which it stays the same changed nothing of that. */
  get durableChanges(): number {
    return this.#store.appended;
  }

  /** Calls back when everything published so far is on disk. */
  whenDurable(callback: () => void): void {
    this.#store.whenDurable(callback);
  }

  /** Makes a queue and adds it to the topology; an empty name is replaced by one of the broker's own. */
  addQueue(options: Omit<QueueOptions, 'id' | 'parsed'>): Queue {
    const name = options.name || `amq.gen-${randomBytes(16).toString('base64url')}`;
    this.#lastQueueId += 1;
    const queue = this.#newQueue({
      ...options,
      name,
      id: this.#lastQueueId,
      parsed: parseQueueArguments(name, options.arguments),
    });
    this.topology.addQueue(queue);
    return queue;
  }

  /** Removes what a closed connection owned. */
  connectionClosed(connection: object): void {
    for (const queue of [...this.topology.queues]) {
      if (queue.options.owner === connection) this.topology.removeQueue(queue);
    }
  }

  /** Builds what the journal kept. To be called once, on an empty broker. */
  recover(replayed: Replayed): void {
    this.#recovering = true;
    try {
      for (const change of replayed.topology) this.#apply(change);
      const byId = new Map([...this.topology.queues].map((queue) => [queue.options.id, queue]));
      for (const { message, queues } of replayed.messages) {
        this.#lastMessageId = message.id;
        for (const { queueId, delivered } of queues) byId.get(queueId)?.recover(message, delivered);
      }
    } finally {
      this.#recovering = false;
    }
  }

  /** Everything durable, as the records of a new journal. */
  *snapshot(): Iterable<JournalRecord> {
    for (const change of this.topology.snapshot()) yield { kind: 'topology', change };
    const queueIds = new Map<Message, number[]>();
    const delivered: JournalRecord[] = [];
    for (const queue of this.topology.queues) {
      const queueId = queue.options.id;
      for (const { entry, sent } of queue.entries()) {
        if (!entry.stored) continue;
        const ids = queueIds.get(entry.message);
        if (ids) ids.push(queueId);
        else queueIds.set(entry.message, [queueId]);
        if (sent) delivered.push({ kind: 'delivered', queueId, messageId: entry.message.id });
      }
    }
    for (const [message, ids] of queueIds) yield { kind: 'message', message, queueIds: ids };
    yield* delivered;
  }

  /** Stops every timer. */
  dispose(): void {
    for (const queue of this.topology.queues) queue.dispose();
  }

  #route(publication: Publication): Set<Queue> {
    const queues = this.#routeBy(publication.routingKey, publication);
    for (const key of publication.copyKeys) for (const queue of this.#routeBy(key, publication)) queues.add(queue);
    return queues;
  }

  #routeBy(routingKey: string, { exchange, properties }: Publication): Set<Queue> {
    if (exchange === '') {
      const queue = this.topology.findQueue(routingKey);
      return new Set(queue ? [queue] : []);
    }
    const start = this.topology.findExchange(exchange);
    if (!start) return new Set();
    const headers = (): Table => decodeProperties(properties).headers ?? {};
    return route(start, { routingKey, headers }, (name) => this.topology.findExchange(name));
  }

  #deliver(queues: ReadonlySet<Queue>, publication: Publication): PublishOutcome {
    this.#lastMessageId += 1;
    const { copyKeys: _, ...known } = publication;
    const message: Message = { ...known, id: this.#lastMessageId, publishedAt: Date.now() };
    const accepting = [...queues].filter((queue) => queue.accepts(message));
    const queueIds = message.persistent
      ? accepting.filter((queue) => queue.durable).map(({ options }) => options.id)
      : [];
    if (queueIds.length > 0) this.#store.append({ kind: 'message', message, queueIds });
    for (const queue of accepting) queue.enqueue(message);
    for (const queue of queues) {
      if (!accepting.includes(queue) && queue.options.parsed.overflow === 'reject-publish-dlx') {
        this.#deadLetter(queue, message, 'maxlen');
      }
    }
    return { queues: queues.size, refused: accepting.length < queues.size, stored: queueIds.length > 0 };
  }

  #deadLetter(queue: Queue, message: Message, reason: DeathReason): void {
    if (queue.options.parsed.deadLetterExchange === undefined) return;
    let letter: DeadLetter;
    try {
      letter = deadLetter(queue, message, reason, Date.now());
    } catch (cause) {
      // Only headers that are larger than the codec can write: one message less is better than no broker.
      this.#logger.error('dead letter dropped', { queue: queue.name, reason, error: String(cause) });
      return;
    }
    const { publication } = letter;
    const targets = [...this.#route(publication)].filter((target) => !letter.closesCircle(target));
    this.#deliver(new Set(targets), publication);
  }

  #newQueue(options: QueueOptions): Queue {
    return new Queue(options, {
      deadLetter: (queue, message, reason) => this.#deadLetter(queue, message, reason),
      settled: ({ options: { id } }, entry) => {
        if (entry.stored) this.#store.append({ kind: 'settled', queueId: id, messageId: entry.message.id });
      },
      delivered: ({ options: { id } }, entry) => {
        if (entry.stored) this.#store.append({ kind: 'delivered', queueId: id, messageId: entry.message.id });
      },
      unused: (queue) => this.topology.removeQueue(queue),
    });
  }

  #apply(change: TopologyChange): void {
    switch (change.type) {
      case 'exchange-declared':
        this.topology.addExchange({
          name: change.name,
          type: change.exchangeType,
          durable: true,
          autoDelete: change.autoDelete,
          internal: change.internal,
          arguments: argumentsOf(change),
        });
        return;
      case 'exchange-deleted': {
        const exchange = this.topology.findExchange(change.name);
        if (exchange) this.topology.removeExchange(exchange);
        return;
      }
      case 'queue-declared': {
        const table = argumentsOf(change);
        const parsed = parseQueueArguments(change.name, table);
        const { id, name, autoDelete } = change;
        this.#lastQueueId = Math.max(this.#lastQueueId, id);
        this.topology.addQueue(
          this.#newQueue({ id, name, autoDelete, durable: true, owner: undefined, arguments: table, parsed }),
        );
        return;
      }
      case 'queue-deleted': {
        const queue = this.topology.findQueue(change.name);
        if (queue) this.topology.removeQueue(queue);
        return;
      }
      case 'bound':
      case 'unbound': {
        const source = this.topology.findExchange(change.source);
        const destination = this.#destination(change.destination);
        // Deleting an exchange takes the bindings from it along, without a record of each.
        if (!source || !destination) return;
        const binding = { destination, routingKey: change.routingKey, arguments: argumentsOf(change) };
        if (change.type === 'bound') this.topology.bind(source, binding);
        else this.topology.unbind(source, binding);
        return;
      }
    }
  }

  #destination({ kind, name }: { kind: 'queue' | 'exchange'; name: string }): Destination | undefined {
    if (kind === 'queue') {
      const queue = this.topology.findQueue(name);
      return queue && { kind, queue };
    }
    const exchange = this.topology.findExchange(name);
    return exchange && { kind, exchange };
  }
}
