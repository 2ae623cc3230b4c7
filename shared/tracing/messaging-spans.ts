import { startSpan } from './span.js';
import type { Span } from './span.js';

/** Starts the span of a publication; undefined when nothing is recorded. */
export function startPublishSpan(message: {
  readonly exchange: string;
  readonly routingKey: string;
  readonly id: string;
  /** Context of the span in which the event happened, perhaps long ago in another process. */
  readonly parent: string;
}): Span | undefined {
  const { exchange, routingKey, id, parent } = message;
  return startSpan('producer', parent, () => ({
    name: `publish ${exchange}:${routingKey}`,
    attributes: {
      'messaging.system': 'rabbitmq',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': `${exchange}:${routingKey}`,
      'messaging.rabbitmq.destination.routing_key': routingKey,
      'messaging.message.id': id,
    },
  }));
}

/** Starts the span of the work on one message; undefined when nothing is recorded. */
export function startProcessSpan(message: {
  readonly exchange: string;
  readonly routingKey: string;
  readonly queue: string;
  readonly id: string;
  readonly attempt: number;
  /** The message's `traceparent` header as it came. */
  readonly traceparent: unknown;
  readonly correlationId: string;
}): Span | undefined {
  const { exchange, routingKey, queue, id, attempt, traceparent, correlationId } = message;
  return startSpan('consumer', traceparent, () => ({
    name: `process ${queue}`,
    attributes: {
      'messaging.system': 'rabbitmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': [exchange, routingKey, queue].filter((part) => part !== '').join(':'),
      'messaging.rabbitmq.destination.routing_key': routingKey,
      'messaging.message.id': id,
      'quickbite.attempt': attempt,
      'quickbite.correlation_id': correlationId,
    },
  }));
}
