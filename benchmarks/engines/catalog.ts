import type { EngineBenchmark } from './benchmark.js';

/** Loaded by name: the clients of one engine take no time from another's. */
export const engineBenchmarks: ReadonlyMap<string, () => Promise<EngineBenchmark>> = new Map([
  ['amqp', async () => (await import('./amqp.js')).amqp],
  ['mongo', async () => (await import('./mongo.js')).mongo],
  ['redis', async () => (await import('./redis.js')).redis],
  ['toxiproxy', async () => (await import('./toxiproxy.js')).toxiproxy],
]);
