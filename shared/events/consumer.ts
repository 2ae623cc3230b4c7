import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logging/index.js';
import { incomingContext, withRequestContext } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { failSpan, startProcessSpan } from '../tracing/index.js';
import { reconnectWhenClosed } from './broker.js';
import type { Broker } from './broker.js';
import type { EventEnvelope } from './envelope.js';
import { parseEvent } from './envelope.js';
import { exposeQueue } from './queue-metrics.js';
import { DEAD_LETTER_EXCHANGE, assertQueueTopology, retryQueue } from './topology.js';
import type { QueueTopology } from './topology.js';

/** What a handler did. A duplicate is a success: at-least-once delivery promises that there will be some. */
export type HandlingOutcome = 'processed' | 'duplicate';

export interface ConsumerOptions extends Omit<QueueTopology, 'retryDelaysMs'> {
  readonly retryDelaysMs?: readonly number[];
  /** Messages in work at once. Default 10. */
  readonly prefetch?: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Must be idempotent. What it throws is retried with a growing pause, then parked with the reason. */
  handle(event: EventEnvelope): Promise<HandlingOutcome>;
}

/** A consumer that is set up, and set up again after each reconnect. */
export interface StartedConsumer {
  /** Takes no more messages and waits until those in work are done, so that a rolling restart repeats nothing. */
  drain(): Promise<void>;
}

const defaults = { prefetch: 10, retryDelaysMs: [200, 1000, 5000] } as const;
const ATTEMPT_HEADER = 'x-attempt';

/** Consumes a durable queue with manual acknowledgement, delayed retries and a parking queue. */
export async function startConsumer(broker: Broker, options: ConsumerOptions): Promise<StartedConsumer> {
  const { queue, logger, metrics } = options;
  const topology = {
    queue,
    bindings: options.bindings,
    retryDelaysMs: options.retryDelaysMs ?? defaults.retryDelaysMs,
  };
  const inWork = new Set<Promise<void>>();
  let draining = false;
  const isDraining = (): boolean => draining;
  let cancel = (): Promise<unknown> => Promise.resolve();
  let current: Channel | undefined;
  exposeQueue(queue, metrics, () => current);

  await broker.onConnected(async (connection: ChannelModel) => {
    if (isDraining()) return;
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error: unknown) => logger.error('consumer channel error', { queue, error }));
    reconnectWhenClosed(connection, channel);
    await assertQueueTopology(channel, topology);
    await channel.prefetch(options.prefetch ?? defaults.prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (!message) {
        logger.warn('the broker cancelled the consumer; setting it up again', { queue });
        void channel.close().catch(() => undefined);
        return;
      }
      const work = process(channel, message).finally(() => inWork.delete(work));
      inWork.add(work);
    });
    cancel = () => channel.cancel(consumerTag).catch(() => undefined);
    current = channel;
    channel.once('close', () => (current = current === channel ? undefined : current));
    if (isDraining()) await cancel();
  });

  async function process(
    channel: Channel & { waitForConfirms(): Promise<void> },
    message: ConsumeMessage,
  ): Promise<void> {
    const headers = message.properties.headers ?? {};
    const context = incomingContext({
      correlationId: headers['x-correlation-id'],
      traceparent: headers['traceparent'],
    });
    const span = startProcessSpan({
      exchange: message.fields.exchange,
      routingKey: message.fields.routingKey,
      queue,
      id: String(message.properties.messageId),
      attempt: attemptOf(message),
      traceparent: headers['traceparent'],
      correlationId: context.correlationId,
    });
    await withRequestContext(span ? { ...context, traceparent: span.traceparent } : context, async () => {
      try {
        const outcome = await options.handle(parseEvent(message.content));
        metrics.messages.inc({ queue, outcome });
        settle(() => channel.ack(message));
        span?.end();
      } catch (error) {
        if (span) failSpan(span, error);
        await retryOrPark(channel, message, error).catch((cause: unknown) => {
          // The copy was not confirmed: keep the original, the broker delivers it again.
          logger.error('could not set a failed message aside', { queue, error: cause });
          settle(() => channel.nack(message, false, true));
        });
      }
    });
  }

  async function retryOrPark(
    channel: Channel & { waitForConfirms(): Promise<void> },
    message: ConsumeMessage,
    error: unknown,
  ): Promise<void> {
    const attempt = attemptOf(message);
    const retryable = isRetryable(error) && attempt <= topology.retryDelaysMs.length;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const properties = {
      ...message.properties,
      headers: { ...message.properties.headers, [ATTEMPT_HEADER]: attempt + 1, 'x-failure-reason': reason },
    };
    if (retryable) channel.sendToQueue(retryQueue(queue, attempt), message.content, properties);
    else channel.publish(DEAD_LETTER_EXCHANGE, queue, message.content, properties);
    await channel.waitForConfirms();
    metrics.messages.inc({ queue, outcome: retryable ? 'retried' : 'parked' });
    logger.log(retryable ? 'warn' : 'error', retryable ? 'message failed; retrying' : 'message parked', {
      queue,
      attempt,
      messageId: message.properties.messageId as unknown,
      error,
    });
    settle(() => channel.ack(message));
  }

  return {
    async drain() {
      draining = true;
      await cancel();
      await Promise.allSettled(inWork);
    },
  };
}

function attemptOf(message: ConsumeMessage): number {
  const value: unknown = message.properties.headers?.[ATTEMPT_HEADER];
  return typeof value === 'number' && value >= 1 ? value : 1;
}

/** A body that cannot be read will not read better later. */
function isRetryable(error: unknown): boolean {
  return !(error instanceof SyntaxError) && !(error instanceof Error && error.name === 'ZodError');
}

/** Acknowledging on a channel that died meanwhile throws; the broker delivers the message again by itself. */
function settle(acknowledge: () => void): void {
  try {
    acknowledge();
  } catch {
    // The channel is closed: the message was never acknowledged and will come back.
  }
}
