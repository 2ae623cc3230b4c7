import type { Table } from '../codec/methods.js';
import type { Exchange } from './exchange.js';
import type { Queue } from './queue.js';

interface Routable {
  readonly routingKey: string;
  /** Decodes the headers; called only when an exchange on the way looks at them. */
  readonly headers: () => Table;
}

/**
 * The queues that a message reaches from an exchange, through exchange-to-exchange bindings and alternate exchanges, each
 * once. An exchange is visited once, so a circle of bindings ends.
 */
export function route(
  start: Exchange,
  message: Routable,
  exchangeNamed: (name: string) => Exchange | undefined,
): Set<Queue> {
  const queues = new Set<Queue>();
  const visited = new Set<Exchange>();
  const visit = (exchange: Exchange) => {
    if (visited.has(exchange)) return;
    visited.add(exchange);
    const destinations = exchange.destinations(message.routingKey, message.headers);
    for (const destination of destinations) {
      if (destination.kind === 'queue') queues.add(destination.queue);
      else visit(destination.exchange);
    }
    if (destinations.length > 0) return;
    const alternate = exchange.options.arguments['alternate-exchange'];
    const fallback = typeof alternate === 'string' ? exchangeNamed(alternate) : undefined;
    if (fallback) visit(fallback);
  };
  visit(start);
  return queues;
}
