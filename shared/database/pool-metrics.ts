import type { mongo } from 'mongoose';
import { Counter } from 'prom-client';
import type { Metrics } from '../metrics/index.js';

/**
 * Publishes how the driver's connection pool is used, from the events that it emits (CMAP, the drivers' connection monitoring
 * and pooling specification). A wait queue that stays above zero means that the pool is the bottleneck.
 * @returns to be called with each client that takes over, as soon as it is connected
 */
export function exposeMongoPool(metrics: Metrics): (client: mongo.MongoClient) => void {
  let pool = noPool();
  const failures = new Counter({
    name: 'mongo_pool_checkout_failures_total',
    help: 'Operations that got no connection from the pool',
    registers: [metrics.registry],
  });
  const gauge = (name: string, help: string, value: () => number): void =>
    metrics.watch({ name, help, read: () => [{ value: value() }] });
  gauge('mongo_pool_connections', 'Open connections to MongoDB', () => pool.open.size);
  gauge('mongo_pool_checked_out', 'Connections to MongoDB in use', () => pool.checkedOut.size);
  // Checkouts that began before anybody listened end without having been counted.
  gauge('mongo_pool_wait_queue', 'Operations that wait for a connection', () => Math.max(0, pool.waiting));
  gauge('mongo_pool_max_connections', 'Upper bound of the pool', () => pool.maxSize);
  return (client) => {
    // What the one before still tells is about a pool that nobody uses any more.
    pool = { ...noPool(), maxSize: client.options.maxPoolSize };
    listen(client, pool, () => {
      failures.inc();
    });
  };
}

interface Pool {
  readonly open: Set<string>;
  readonly checkedOut: Set<string>;
  readonly maxSize: number;
  waiting: number;
}

const noPool = (): Pool => ({ open: new Set(), checkedOut: new Set(), waiting: 0, maxSize: 0 });

function listen(client: mongo.MongoClient, pool: Pool, onFailure: () => void): void {
  const { open, checkedOut } = pool;
  client.on('connectionCreated', (event) => void open.add(keyOf(event)));
  client.on('connectionClosed', (event) => {
    open.delete(keyOf(event));
    checkedOut.delete(keyOf(event));
  });
  client.on('connectionCheckOutStarted', () => (pool.waiting += 1));
  client.on('connectionCheckedOut', (event) => {
    pool.waiting -= 1;
    // Opened before anybody listened: the first use shows it.
    open.add(keyOf(event));
    checkedOut.add(keyOf(event));
  });
  client.on('connectionCheckOutFailed', () => {
    pool.waiting -= 1;
    onFailure();
  });
  client.on('connectionCheckedIn', (event) => void checkedOut.delete(keyOf(event)));
}

const keyOf = (event: { readonly address: string; readonly connectionId: number | '<monitor>' }): string =>
  `${event.address}#${event.connectionId}`;
