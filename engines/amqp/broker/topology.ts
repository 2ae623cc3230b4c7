import { AmqpError } from '../codec/amqp-error.js';
import { decodeTable, encodeTable } from '../codec/amqplib-codec.js';
import type { TopologyChange } from '../store/journal-record.js';
import { EXCHANGE_KINDS } from './exchange-kinds/index.js';
import { Exchange, sameDestination } from './exchange.js';
import type { Binding, Destination, ExchangeOptions } from './exchange.js';
import type { Queue } from './queue.js';

/** There from the start, and not to be deleted. */
const PREDECLARED: readonly (readonly [name: string, type: string])[] = [
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
];

/** The exchanges, queues and bindings, and what goes when one of them goes. Durable changes are told to `onChange`. */
export class Topology {
  readonly #exchanges = new Map<string, Exchange>();
  readonly #queues = new Map<string, Queue>();
  readonly #onChange: (change: TopologyChange) => void;

  constructor(onChange: (change: TopologyChange) => void) {
    this.#onChange = onChange;
    for (const [name, type] of PREDECLARED) {
      const options = { name, type, durable: true, autoDelete: false, internal: false, arguments: {} };
      this.#exchanges.set(name, newExchange(options));
    }
  }

  get queues(): Iterable<Queue> {
    return this.#queues.values();
  }

  findExchange(name: string): Exchange | undefined {
    return this.#exchanges.get(name);
  }

  findQueue(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Throws NOT_FOUND. */
  exchange(name: string): Exchange {
    const exchange = this.#exchanges.get(name);
    if (exchange) return exchange;
    throw new AmqpError('NOT_FOUND', `no exchange '${name}' in vhost '/'`);
  }

  /** Throws NOT_FOUND, and RESOURCE_LOCKED when another connection owns the queue. */
  queue(name: string, connection: object): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw new AmqpError('NOT_FOUND', `no queue '${name}' in vhost '/'`);
    if (queue.options.owner === undefined || queue.options.owner === connection) return queue;
    throw new AmqpError(
      'RESOURCE_LOCKED',
      `cannot obtain exclusive access to locked queue '${name}' in vhost '/'. It could be originally declared on ` +
        'another connection or the exclusive property value does not match that of the original declaration.',
    );
  }

  addExchange(options: ExchangeOptions): void {
    const exchange = newExchange(options);
    this.#exchanges.set(options.name, exchange);
    if (options.durable) this.#onChange(exchangeDeclared(exchange));
  }

  addQueue(queue: Queue): void {
    this.#queues.set(queue.name, queue);
    if (queue.durable) this.#onChange(queueDeclared(queue));
  }

  removeExchange(exchange: Exchange): void {
    if (!this.#exchanges.delete(exchange.name)) return;
    this.#removeBindingsTo({ kind: 'exchange', exchange });
    if (exchange.options.durable) this.#onChange({ type: 'exchange-deleted', name: exchange.name });
  }

  /** Forgets the queue, its bindings and its messages, and tells its consumers. */
  removeQueue(queue: Queue): void {
    if (this.#queues.get(queue.name) !== queue) return;
    this.#queues.delete(queue.name);
    this.#removeBindingsTo({ kind: 'queue', queue });
    if (queue.durable) this.#onChange({ type: 'queue-deleted', id: queue.options.id, name: queue.name });
    for (const consumer of queue.dispose()) consumer.cancelled();
  }

  bind(source: Exchange, binding: Binding): void {
    if (source.bind(binding) && isDurable(source, binding.destination)) {
      this.#onChange({ type: 'bound', ...bindingFields(source, binding) });
    }
  }

  unbind(source: Exchange, binding: Binding): void {
    if (!source.unbind(binding)) return;
    if (isDurable(source, binding.destination)) {
      this.#onChange({ type: 'unbound', ...bindingFields(source, binding) });
    }
    this.#removeIfUnused(source);
  }

  /** Whether something is bound to the exchange or the exchange to something. */
  isUsed(exchange: Exchange): boolean {
    const self: Destination = { kind: 'exchange', exchange };
    if (exchange.bindings.length > 0) return true;
    return [...this.#exchanges.values()].some((one) =>
      one.bindings.some(({ destination }) => sameDestination(destination, self)),
    );
  }

  /** The durable part, as changes that build it again. */
  *snapshot(): Iterable<TopologyChange> {
    for (const exchange of this.#exchanges.values()) {
      if (exchange.options.durable && !exchange.name.startsWith('amq.')) yield exchangeDeclared(exchange);
    }
    for (const queue of this.#queues.values()) if (queue.durable) yield queueDeclared(queue);
    for (const source of this.#exchanges.values()) {
      for (const binding of source.bindings) {
        if (isDurable(source, binding.destination)) yield { type: 'bound', ...bindingFields(source, binding) };
      }
    }
  }

  #removeBindingsTo(destination: Destination): void {
    for (const source of [...this.#exchanges.values()]) {
      const bindings = source.bindings.filter((binding) => sameDestination(binding.destination, destination));
      for (const binding of bindings) this.unbind(source, binding);
    }
  }

  #removeIfUnused(exchange: Exchange): void {
    if (exchange.options.autoDelete && exchange.bindings.length === 0) this.removeExchange(exchange);
  }
}

function newExchange(options: ExchangeOptions): Exchange {
  const kind = EXCHANGE_KINDS.get(options.type);
  if (!kind) throw new AmqpError('COMMAND_INVALID', `unknown exchange type '${options.type}'`);
  return new Exchange(options, kind);
}

function isDurable(source: Exchange, destination: Destination): boolean {
  return (
    source.options.durable &&
    (destination.kind === 'queue' ? destination.queue.durable : destination.exchange.options.durable)
  );
}

function exchangeDeclared({ options }: Exchange): TopologyChange {
  return {
    type: 'exchange-declared',
    name: options.name,
    exchangeType: options.type,
    autoDelete: options.autoDelete,
    internal: options.internal,
    arguments: encodeTable(options.arguments).toString('base64'),
  };
}

function queueDeclared({ options }: Queue): TopologyChange {
  return {
    type: 'queue-declared',
    id: options.id,
    name: options.name,
    autoDelete: options.autoDelete,
    arguments: encodeTable(options.arguments).toString('base64'),
  };
}

function bindingFields(source: Exchange, { destination, routingKey, arguments: table }: Binding) {
  const name = destination.kind === 'queue' ? destination.queue.name : destination.exchange.name;
  return {
    source: source.name,
    destination: { kind: destination.kind, name },
    routingKey,
    arguments: encodeTable(table).toString('base64'),
  };
}

/** Reads the arguments of a change. */
export function argumentsOf(change: { readonly arguments: string }) {
  return decodeTable(Buffer.from(change.arguments, 'base64'));
}
