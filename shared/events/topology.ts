import type { Channel } from 'amqplib';

/** The one topic exchange that all events go through. */
export const EVENTS_EXCHANGE = 'quickbite.events';
/** Takes what a queue gives up; routing key: the queue's name. */
export const DEAD_LETTER_EXCHANGE = 'quickbite.dlx';

/** A durable queue and everything that must exist around it, or dead letters vanish silently. */
export interface QueueTopology {
  readonly queue: string;
  /** Routing-key patterns on the events exchange. */
  readonly bindings: readonly string[];
  /** Pause before each further attempt, ms; a message that failed once more than there are pauses is parked. */
  readonly retryDelaysMs: readonly number[];
}

/** Where parked messages of a queue lie. */
export const deadQueue = (queue: string): string => `${queue}.dead`;
/**
 * Where a message waits for its next attempt. One queue a delay: in a queue with mixed expirations a long one at the head
 * would hold up the short ones behind it.
 */
export const retryQueue = (queue: string, attempt: number): string => `${queue}.retry.${attempt}`;

export async function assertEventsExchange(channel: Channel): Promise<void> {
  await channel.assertExchange(EVENTS_EXCHANGE, 'topic', { durable: true });
}

/** Declares queue, bindings, dead-letter exchange and queue, and the retry queues. Safe to repeat. */
export async function assertQueueTopology(channel: Channel, topology: QueueTopology): Promise<void> {
  const { queue, bindings, retryDelaysMs } = topology;
  await assertEventsExchange(channel);
  await channel.assertExchange(DEAD_LETTER_EXCHANGE, 'topic', { durable: true });
  await channel.assertQueue(deadQueue(queue), { durable: true });
  await channel.bindQueue(deadQueue(queue), DEAD_LETTER_EXCHANGE, queue);
  await channel.assertQueue(queue, {
    durable: true,
    deadLetterExchange: DEAD_LETTER_EXCHANGE,
    deadLetterRoutingKey: queue,
  });
  for (const pattern of bindings) await channel.bindQueue(queue, EVENTS_EXCHANGE, pattern);
  for (const [index, delayMs] of retryDelaysMs.entries())
    await channel.assertQueue(retryQueue(queue, index + 1), {
      durable: true,
      messageTtl: delayMs,
      deadLetterExchange: '',
      deadLetterRoutingKey: queue,
    });
}
