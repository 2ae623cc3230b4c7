import { readLogs } from '@quickbite/runtime/logs';
import type { LogEntry } from '@quickbite/runtime/logs';
import type { StackProcess, StartedStack } from '@quickbite/runtime/stack';
import type { Redis } from 'ioredis';
import type { Db, MongoClient } from 'mongodb';
import type { HeapOptions, HeapSnapshot } from './heap-snapshot.js';
import { MetricsSnapshot } from './metrics-snapshot.js';
import type { QueueDepth, QueueReader } from './queue-reader.js';
import { readCache, readHeap, readLedger, readMailbox } from './service-readers.js';
import type { CacheCounts, Mailbox, MailboxFilter, PaymentLedger } from './service-readers.js';

const METRICS_MS = 5_000;
const LOG_LINES = 100_000;

/**
 * Looks inside the stack, past the gateway: what is really in the databases, the queues, the ledger. Connections are made
 * on first use, directly and not through a proxied link, and closed at the end of the arm.
 */
export interface Readers {
  /** A database of a service, e.g. `order_service`. */
  mongo(database: string): Promise<Db>;
  redis(): Promise<Redis>;
  /** @returns undefined when there is no such queue */
  queue(name: string): Promise<QueueDepth | undefined>;
  metrics(service: string): Promise<MetricsSnapshot>;
  ledger(): Promise<PaymentLedger>;
  mailbox(filter?: MailboxFilter): Promise<Mailbox>;
  cache(): Promise<CacheCounts>;
  /** Everything on the heap of a service after a garbage collection; it stands still meanwhile. */
  heap(service: string, options?: HeapOptions): Promise<HeapSnapshot>;
  /** The log of all services and engines, merged by time. */
  log(correlationId?: string): Promise<readonly LogEntry[]>;
}

/** Readers that must be closed. */
export interface OpenReaders extends Readers {
  close(): Promise<void>;
}

/** @param stack whose inside to look at */
export function openReaders(stack: StartedStack): OpenReaders {
  let mongo: Promise<MongoClient> | undefined;
  let redis: Promise<Redis> | undefined;
  let queues: Promise<QueueReader> | undefined;
  return {
    mongo: async (database) => (await (mongo ??= connectMongo(stack.process('mongo')))).db(database),
    redis: () => (redis ??= connectRedis(stack.process('redis'))),
    queue: async (name) => (await (queues ??= connectQueues(stack.process('rabbitmq')))).depth(name),
    async metrics(service) {
      const answer = await fetch(`${stack.process(service).url}/metrics`, { signal: AbortSignal.timeout(METRICS_MS) });
      return MetricsSnapshot.parse(await answer.text());
    },
    ledger: () => readLedger(stack),
    mailbox: (filter) => readMailbox(stack, filter),
    cache: () => readCache(stack),
    heap: (service, options) => readHeap(stack, service, options),
    log: (correlationId) =>
      readLogs(
        stack.processes.map(({ log }) => log),
        { lines: LOG_LINES, ...(correlationId === undefined ? {} : { correlationId }) },
      ),
    async close() {
      const [client, keys, reader] = await Promise.allSettled([mongo, redis, queues]);
      if (client.status === 'fulfilled') await client.value?.close();
      if (keys.status === 'fulfilled') keys.value?.disconnect();
      if (reader.status === 'fulfilled') await reader.value?.close();
    },
  };
}

async function connectMongo({ host, port }: StackProcess): Promise<MongoClient> {
  const { MongoClient: Client } = await import('mongodb');
  return new Client(`mongodb://${host}:${String(port)}`).connect();
}

async function connectRedis({ host, port }: StackProcess): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const client = new Client({ host, port, lazyConnect: true });
  // It may be killed under us: the commands fail then, which is for the story to handle.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function connectQueues({ host, port }: StackProcess): Promise<QueueReader> {
  const { openQueueReader } = await import('./queue-reader.js');
  return openQueueReader(`amqp://guest:guest@${host}:${String(port)}`);
}
