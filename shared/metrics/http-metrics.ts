import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { createWatch } from './watched-gauges.js';
import type { WatchedGauge } from './watched-gauges.js';

/** Prometheus metrics of one service. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds an HTTP request took, by method, route pattern and status: rate, errors and duration in one histogram. */
  readonly httpDuration: Histogram<'method' | 'route' | 'status'>;
  /** Reads of the cache by key family and outcome (hit, stale, miss, coalesced, bypass, error). */
  readonly cacheReads: Counter<'family' | 'outcome'>;
  /** Times that the database was asked for what may be cached, by key family. */
  readonly cacheLoads: Counter<'family'>;
  /** Messages by queue and outcome (processed, duplicate, shed, retried, requeued, postponed, parked). */
  readonly messages: Counter<'queue' | 'outcome'>;
  /** Messages that the broker had delivered before, by queue. */
  readonly redeliveries: Counter<'queue'>;
  /** Adds a gauge that is read when Prometheus asks. */
  watch(gauge: WatchedGauge): void;
}

/** Creates a service's metrics, with the process's own (event-loop lag, heap, CPU) included. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    watch: createWatch(registry),
    httpDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of HTTP requests in seconds, by method, route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    cacheReads: new Counter({
      name: 'cache_reads_total',
      help: 'Reads through the cache by key family and outcome: hit, stale, miss, coalesced, bypass or error',
      labelNames: ['family', 'outcome'],
      registers,
    }),
    cacheLoads: new Counter({
      name: 'cache_loads_total',
      help: 'Loads from the database of what may be cached, by key family',
      labelNames: ['family'],
      registers,
    }),
    messages: new Counter({
      name: 'messages_total',
      help: 'Messages that were handled, by queue and outcome: processed, duplicate, shed, retried, requeued or parked',
      labelNames: ['queue', 'outcome'],
      registers,
    }),
    redeliveries: new Counter({
      name: 'messages_redelivered_total',
      help: 'Deliveries that were not the first of their message: a consumer gave it back, or was gone before it was done',
      labelNames: ['queue'],
      registers,
    }),
  };
}
