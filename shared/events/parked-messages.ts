import { createHash } from 'node:crypto';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../logging/index.js';
import { reconnectWhenClosed } from './broker.js';
import type { Broker } from './broker.js';
import { settle } from './settle.js';
import { createSubscription } from './subscription.js';
import { deadQueue } from './topology.js';

/** A message that a consumer has given up. */
export interface ParkedMessage {
  /** The same however often the message is handed over; another after a replay. */
  readonly key: string;
  readonly queue: string;
  readonly body: string;
  readonly messageId?: string | undefined;
  readonly type?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Why its last attempt failed. */
  readonly reason: string;
  /** Attempts that were made. */
  readonly attempts: number;
  /** Times that it was parked and put back before. */
  readonly replays: number;
}

const REPLAYS_HEADER = 'x-replays';
const PREFETCH = 10;

/** Takes the parked messages of a queue to where people can look at them; what `keep` rejects stays parked, and is tried later. */
export async function collectParked(
  broker: Broker,
  options: {
    /** The queue whose messages were parked. */
    readonly queue: string;
    readonly logger: Logger;
    /** Must be idempotent by `key`. */
    readonly keep: (message: ParkedMessage) => Promise<void>;
  },
): Promise<{ drain(): Promise<void> }> {
  const { queue, logger, keep } = options;
  const inWork = new Set<Promise<void>>();
  let stop = (): Promise<void> => Promise.resolve();
  let draining = false;
  const isDraining = (): boolean => draining;

  await broker.onConnected(async (connection: ChannelModel) => {
    if (isDraining()) return;
    const channel = await connection.createChannel();
    channel.on('error', (error: unknown) => logger.error('channel error', { queue: deadQueue(queue), error }));
    reconnectWhenClosed(connection, channel);
    await channel.assertQueue(deadQueue(queue), { durable: true });
    const subscription = createSubscription({
      channel,
      queue: deadQueue(queue),
      prefetch: () => PREFETCH,
      logger,
      onMessage(message) {
        if (!message) {
          void channel.close().catch(() => undefined);
          return;
        }
        const work = collect(message).finally(() => inWork.delete(work));
        inWork.add(work);
      },
    });
    async function collect(message: ConsumeMessage): Promise<void> {
      try {
        await keep(parkedMessage(queue, message));
        subscription.recovered();
        settle(() => channel.ack(message));
      } catch (error) {
        logger.warn('a parked message could not be kept; it stays parked', { queue, error });
        await subscription.pause();
        settle(() => channel.nack(message, false, true));
      }
    }
    channel.once('close', () => void subscription.stop());
    stop = () => subscription.stop();
    await subscription.start();
    if (isDraining()) await subscription.stop();
  });

  return {
    async drain() {
      draining = true;
      await stop();
      await Promise.allSettled(inWork);
    },
  };
}

/** Puts a parked message back into its queue, as if it had never been tried. */
export function replayParked(broker: Broker, message: ParkedMessage): Promise<void> {
  const { queue, body, messageId, type, correlationId, replays } = message;
  return broker.sendToQueue(queue, Buffer.from(body), {
    contentType: 'application/json',
    ...(messageId !== undefined && { messageId }),
    ...(type !== undefined && { type }),
    headers: {
      [REPLAYS_HEADER]: replays + 1,
      ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
    },
  });
}

function parkedMessage(queue: string, { content, properties }: ConsumeMessage): ParkedMessage {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const body = content.toString('utf8');
  const messageId = textOf(properties.messageId);
  const replays = countOf(headers[REPLAYS_HEADER]);
  return {
    // What has no id of its own is known by its content.
    key: `${messageId ?? createHash('sha256').update(content).digest('hex')}:${replays}`,
    queue,
    body,
    messageId,
    type: textOf(properties.type),
    correlationId: textOf(headers['x-correlation-id']),
    reason: textOf(headers['x-failure-reason']) ?? 'it was rejected without a reason',
    // The header counts the attempt that would come next.
    attempts: Math.max(1, countOf(headers['x-attempt']) - 1),
    replays,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0);
