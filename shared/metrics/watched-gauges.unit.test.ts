import { describe, expect, it } from 'vitest';
import { createMetrics } from './index.js';

const scrape = async (metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> =>
  (await metrics.registry.getSingleMetricAsString(name)).split('\n').filter((line) => line.startsWith(name));

describe('a watched gauge', () => {
  it('is read at each scrape, and forgets series that are gone', async () => {
    const metrics = createMetrics('test');
    let queues: Readonly<Record<string, number>> = { first: 1, second: 2 };
    metrics.watch({
      name: 'queue_messages',
      help: 'Waiting',
      labelNames: ['queue'],
      read: () => Object.entries(queues).map(([queue, value]) => ({ labels: { queue }, value })),
    });
    expect(await scrape(metrics, 'queue_messages')).toEqual([
      'queue_messages{queue="first",service="test"} 1',
      'queue_messages{queue="second",service="test"} 2',
    ]);
    queues = { second: 3 };
    expect(await scrape(metrics, 'queue_messages')).toEqual(['queue_messages{queue="second",service="test"} 3']);
  });

  it('adds up its sources, without those that fail or hang', async () => {
    const metrics = createMetrics('test');
    const watch = (queue: string, read: () => Promise<number>): void =>
      metrics.watch({
        name: 'queue_messages',
        help: 'Waiting',
        labelNames: ['queue'],
        read: async () => [{ labels: { queue }, value: await read() }],
      });
    watch('good', () => Promise.resolve(1));
    watch('broken', () => Promise.reject(new Error('no such queue')));
    watch('silent', () => new Promise(() => undefined));
    watch('better', () => Promise.resolve(2));
    expect(await scrape(metrics, 'queue_messages')).toEqual([
      'queue_messages{queue="good",service="test"} 1',
      'queue_messages{queue="better",service="test"} 2',
    ]);
  });
});
