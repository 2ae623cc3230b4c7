import type { mongo } from 'mongoose';
import { Counter } from 'prom-client';
import type { Metrics } from '../metrics/index.js';

/**
 * Publishes how the driver's connection pool is used, from the events that it emits (CMAP, the drivers' connection monitoring
 * and pooling specification). A wait queue that stays above zero means that the pool is the bottleneck.
 */
export function exposeMongoPool(client: mongo.MongoClient, metrics: Metrics): void {
  const open = new Set<string>();
  const checkedOut = new Set<string>();
  let waiting = 0;
  const failures = new Counter({
    name: 'mongo_pool_checkout_failures_total',
    help: 'Operations that got no connection from the pool',
    registers: [metrics.registry],
  });

  client.on('connectionCreated', (event) => void open.add(keyOf(event)));
  client.on('connectionClosed', (event) => {
    open.delete(keyOf(event));
    checkedOut.delete(keyOf(event));
  });
  client.on('connectionCheckOutStarted', () => (waiting += 1));
  client.on('connectionCheckedOut', (event) => {
    waiting -= 1;
    // Opened before anybody listened: the first use shows it.
    open.add(keyOf(event));
    checkedOut.add(keyOf(event));
  });
  client.on('connectionCheckOutFailed', () => {
    waiting -= 1;
    failures.inc();
  });
  client.on('connectionCheckedIn', (event) => void checkedOut.delete(keyOf(event)));

  const gauge = (name: string, help: string, value: () => number): void =>
    metrics.watch({ name, help, read: () => [{ value: value() }] });
  gauge('mongo_pool_connections', 'Open connections to MongoDB', () => open.size);
  gauge('mongo_pool_checked_out', 'Connections to MongoDB in use', () => checkedOut.size);
  // Checkouts that began before anybody listened end without having been counted.
  gauge('mongo_pool_wait_queue', 'Operations that wait for a connection', () => Math.max(0, waiting));
  gauge('mongo_pool_max_connections', 'Upper bound of the pool', () => client.options.maxPoolSize);
}

const keyOf = (event: { readonly address: string; readonly connectionId: number | '<monitor>' }): string =>
  `${event.address}#${event.connectionId}`;
