import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logging/index.js';
import { incomingContext, withRequestContext } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { failSpan, startProcessSpan } from '../tracing/index.js';
import { reconnectWhenClosed } from './broker.js';
import type { Broker } from './broker.js';
import type { EventEnvelope } from './envelope.js';
import { parseEvent } from './envelope.js';
import { isOutage } from './outage.js';
import { exposeQueue } from './queue-metrics.js';
import { settle } from './settle.js';
import { createSubscription } from './subscription.js';
import type { Subscription } from './subscription.js';
import { DEAD_LETTER_EXCHANGE, assertQueueTopology, retryQueue } from './topology.js';
import type { QueueTopology } from './topology.js';

/**
 * What a handler did. A duplicate is a success: at-least-once delivery promises that there will be some. So is what was shed, done
 * in part on purpose because there is too much to do.
 */
export type HandlingOutcome = 'processed' | 'duplicate' | 'shed';

/** What becomes of a message whose handling failed: tried again after a pause and parked in the end, or put back at once, for ever. */
export const failureStrategies = ['retry', 'requeue'] as const;
export type FailureStrategy = (typeof failureStrategies)[number];

/** What is known of a message beside its content. */
export interface Delivery {
  /** 1 for the first; deliveries that an outage ended are not counted. */
  readonly attempt: number;
}

export interface ConsumerOptions extends Omit<QueueTopology, 'retryDelaysMs'> {
  readonly retryDelaysMs?: readonly number[];
  /** Messages that are delivered before one of them is acknowledged, 0 for any number; a function is asked whenever consuming begins. Default 50. */
  readonly prefetch?: number | (() => number);
  /** Asked at each failure. Default `retry`: counted, with a pause, and parked in the end; `requeue` does none of this. */
  readonly onFailure?: () => FailureStrategy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /**
   * Must be idempotent. What it throws is retried with a growing pause, then parked with the reason; but when a database is away,
   * or it throws an `OutageError`, the message stays and the consumer pauses: an outage of any length parks nothing.
   */
  handle(event: EventEnvelope, delivery: Delivery): Promise<HandlingOutcome>;
}

/** A consumer that is set up, and set up again after each reconnect. */
export interface StartedConsumer {
  /** Takes no more messages and waits until those in work are done, so that a rolling restart repeats nothing. */
  drain(): Promise<void>;
  /** Consumes anew, with the prefetch of now; messages in work are not disturbed. */
  restart(): Promise<void>;
}

const defaults = { prefetch: 50, retryDelaysMs: [200, 1000, 5000] } as const;
const ATTEMPT_HEADER = 'x-attempt';

/** A message with what it came through. */
interface Incoming {
  readonly channel: ConfirmChannel;
  readonly subscription: Subscription;
  readonly message: ConsumeMessage;
}

/** Consumes a durable queue with manual acknowledgement, delayed retries and a parking queue. */
export async function startConsumer(broker: Broker, options: ConsumerOptions): Promise<StartedConsumer> {
  const { queue, logger, metrics, prefetch = defaults.prefetch } = options;
  const topology = {
    queue,
    bindings: options.bindings,
    retryDelaysMs: options.retryDelaysMs ?? defaults.retryDelaysMs,
  };
  const inWork = new Set<Promise<void>>();
  let draining = false;
  const isDraining = (): boolean => draining;
  let current: { readonly channel: Channel; readonly subscription: Subscription } | undefined;
  exposeQueue(queue, metrics, () => current?.channel);

  await broker.onConnected(async (connection: ChannelModel) => {
    if (isDraining()) return;
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error: unknown) => logger.error('consumer channel error', { queue, error }));
    reconnectWhenClosed(connection, channel);
    await assertQueueTopology(channel, topology);
    const subscription = createSubscription({
      channel,
      queue,
      prefetch: typeof prefetch === 'number' ? () => prefetch : prefetch,
      logger,
      onMessage(message) {
        if (!message) {
          logger.warn('the broker cancelled the consumer; setting it up again', { queue });
          void channel.close().catch(() => undefined);
          return;
        }
        const work = process({ channel, subscription, message }).finally(() => inWork.delete(work));
        inWork.add(work);
      },
    });
    current = { channel, subscription };
    channel.once('close', () => {
      void subscription.stop();
      current = current?.channel === channel ? undefined : current;
    });
    await subscription.start();
    if (isDraining()) await subscription.stop();
  });

  async function process(incoming: Incoming): Promise<void> {
    const { channel, subscription, message } = incoming;
    if (message.fields.redelivered) metrics.redeliveries.inc({ queue });
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
        const outcome = await options.handle(parseEvent(message.content), { attempt: attemptOf(message) });
        metrics.messages.inc({ queue, outcome });
        logger.info('message handled', { queue, event: message.fields.routingKey, outcome });
        subscription.recovered();
        settle(() => channel.ack(message));
        span?.end();
      } catch (error) {
        if (span) failSpan(span, error);
        if (isOutage(error)) await postpone(incoming, error);
        else if (options.onFailure?.() === 'requeue') requeue(incoming);
        else
          await retryOrPark(incoming, error).catch((cause: unknown) => {
            // The copy was not confirmed: keep the original, the broker delivers it again.
            logger.error('could not set a failed message aside', { queue, error: cause });
            settle(() => channel.nack(message, false, true));
          });
      }
    });
  }

  /** The message is not to blame: it goes back to where it was, and nobody asks for it until the pause is over. */
  async function postpone({ channel, subscription, message }: Incoming, error: unknown): Promise<void> {
    logger.debug('message postponed', { queue, messageId: message.properties.messageId as unknown, error });
    await subscription.pause();
    metrics.messages.inc({ queue, outcome: 'postponed' });
    settle(() => channel.nack(message, false, true));
  }

  /** Nobody counts: it is back at the head of its queue at once, for as long as it fails. */
  function requeue({ channel, message }: Incoming): void {
    metrics.messages.inc({ queue, outcome: 'requeued' });
    settle(() => channel.nack(message, false, true));
  }

  async function retryOrPark({ channel, message }: Incoming, error: unknown): Promise<void> {
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
      await current?.subscription.stop();
      await Promise.allSettled(inWork);
    },
    async restart() {
      await current?.subscription.restart();
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
