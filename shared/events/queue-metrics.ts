import type { Channel } from 'amqplib';
import type { GaugeSeries, Metrics } from '../metrics/index.js';
import { deadQueue } from './topology.js';

/**
 * Publishes how many messages lie in a queue and in its parking queue, and how many consumers it has, asked of the broker at
 * each scrape (a passive declaration, which changes nothing). Messages that a consumer has in work are not in the queue.
 * @param channel the one of the moment; undefined while the broker is away
 */
export function exposeQueue(queue: string, metrics: Metrics, channel: () => Channel | undefined): void {
  const read = async (names: readonly string[], field: 'messageCount' | 'consumerCount'): Promise<GaugeSeries[]> => {
    const present = channel();
    if (!present) return [];
    const answers = await Promise.all(names.map((name) => present.checkQueue(name)));
    return answers.map((answer) => ({ labels: { queue: answer.queue }, value: answer[field] }));
  };
  metrics.watch({
    name: 'queue_messages',
    help: 'Messages that wait in a queue',
    labelNames: ['queue'],
    read: () => read([queue, deadQueue(queue)], 'messageCount'),
  });
  metrics.watch({
    name: 'queue_consumers',
    help: 'Consumers of a queue, over all processes',
    labelNames: ['queue'],
    read: () => read([queue], 'consumerCount'),
  });
}
