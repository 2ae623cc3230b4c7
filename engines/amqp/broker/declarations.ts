import { AmqpError } from '../codec/amqp-error.js';
import type { ClientMethods } from '../codec/methods.js';
import type { Broker } from './broker.js';
import type { Exchange } from './exchange.js';
import { requireSameArguments } from './queue-arguments.js';
import type { Queue } from './queue.js';

/** Makes an exchange, or checks that the one there is what was asked for. */
export function declareExchange(broker: Broker, fields: ClientMethods['exchange.declare']): void {
  const { exchange: name, type, durable, autoDelete, internal } = fields;
  refuseDefaultExchange(name);
  if (fields.passive) {
    broker.topology.exchange(name);
    return;
  }
  const current = broker.topology.findExchange(name);
  if (!current) {
    refuseReserved('exchange', name);
    broker.topology.addExchange({ name, type, durable, autoDelete, internal, arguments: fields.arguments });
    return;
  }
  const same = requireSame('exchange', name);
  same('type', type, current.options.type);
  same('durable', durable, current.options.durable);
  same('auto_delete', autoDelete, current.options.autoDelete);
  same('internal', internal, current.options.internal);
  const alternate = 'alternate-exchange';
  same(alternate, alternateOf(fields.arguments[alternate]), alternateOf(current.options.arguments[alternate]));
}

/** Makes a queue, or checks that the one there is what was asked for and may be used by the connection. */
export function declareQueue(broker: Broker, connection: object, fields: ClientMethods['queue.declare']): Queue {
  const { queue: name, autoDelete, exclusive } = fields;
  // A queue that goes with its connection has nothing to survive, whatever was asked for.
  const durable = fields.durable && !exclusive;
  if (fields.passive) {
    const queue = broker.topology.queue(name, connection);
    queue.touch();
    return queue;
  }
  if (name === '' || !broker.topology.findQueue(name)) {
    refuseReserved('queue', name);
    const owner = exclusive ? connection : undefined;
    return broker.addQueue({ name, durable, autoDelete, owner, arguments: fields.arguments });
  }
  const queue = broker.topology.queue(name, connection);
  const { options } = queue;
  const same = requireSame('queue', name);
  same('durable', durable, options.durable);
  same('auto_delete', autoDelete, options.autoDelete);
  same('exclusive', exclusive, options.owner !== undefined);
  requireSameArguments(name, options.arguments, fields.arguments);
  queue.touch();
  return queue;
}

/** Deletes an exchange; one that is not there is no error, as in RabbitMQ. */
export function deleteExchange(broker: Broker, { exchange: name, ifUnused }: ClientMethods['exchange.delete']): void {
  refuseDefaultExchange(name);
  if (name.startsWith('amq.')) {
    throw new AmqpError('ACCESS_REFUSED', `deletion of system exchange '${name}' in vhost '/' not allowed`);
  }
  const exchange = broker.topology.findExchange(name);
  if (!exchange) return;
  if (ifUnused && broker.topology.isUsed(exchange)) {
    throw new AmqpError('PRECONDITION_FAILED', `exchange '${name}' in vhost '/' in use`);
  }
  broker.topology.removeExchange(exchange);
}

/** Deletes a queue. Returns how many ready messages went with it; 0 for one that is not there, as in RabbitMQ. */
export function deleteQueue(broker: Broker, connection: object, fields: ClientMethods['queue.delete']): number {
  if (!broker.topology.findQueue(fields.queue)) return 0;
  const queue = broker.topology.queue(fields.queue, connection);
  const refuse = (why: string) => new AmqpError('PRECONDITION_FAILED', `queue '${queue.name}' in vhost '/' ${why}`);
  if (fields.ifUnused && queue.consumers.length > 0) throw refuse('in use');
  if (fields.ifEmpty && queue.messageCount > 0) throw refuse('not empty');
  const count = queue.messageCount;
  broker.topology.removeQueue(queue);
  return count;
}

/** An exchange that may be published to or bound from by name; the default exchange allows neither binding. */
export function bindableExchange(broker: Broker, name: string): Exchange {
  refuseDefaultExchange(name);
  return broker.topology.exchange(name);
}

function refuseDefaultExchange(name: string): void {
  if (name === '') throw new AmqpError('ACCESS_REFUSED', 'operation not permitted on the default exchange');
}

function refuseReserved(kind: 'exchange' | 'queue', name: string): void {
  if (!name.startsWith('amq.')) return;
  throw new AmqpError('ACCESS_REFUSED', `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}

function requireSame(kind: 'exchange' | 'queue', name: string) {
  return (argument: string, received: string | boolean, current: string | boolean) => {
    if (received === current) return;
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `inequivalent arg '${argument}' for ${kind} '${name}' in vhost '/': received '${String(received)}' but current is '${String(current)}'`,
    );
  };
}

function alternateOf(value: unknown): string {
  return typeof value === 'string' ? value : 'none';
}
