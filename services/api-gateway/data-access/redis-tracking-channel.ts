import { once } from 'node:events';
import { Redis } from 'ioredis';
import { AppError } from '@quickbite/shared/errors';
import type { Logger } from '@quickbite/shared/logging';
import { trackingEvent } from '../domain/tracking/tracking-event.js';
import type { TrackingChannel, TrackingListener } from '../domain/tracking/tracking-channel.js';

const MAX_RECONNECT_MS = 1000;
/** ms that somebody waits for the subscription. */
const PATIENCE_MS = 2000;

/** An order's channel with those who listen to it here. */
interface Subscription {
  readonly listeners: Set<TrackingListener>;
  /** Resolves when Redis has confirmed it. */
  confirmed: Promise<unknown>;
}

const channelOf = (orderId: string): string => `tracking:${orderId}`;

/**
 * One subscriber connection for all viewers of this gateway, made when the first one comes: a connection that subscribes can do
 * nothing else. An order is subscribed to once, however many watch it.
 */
export function createRedisTrackingChannel({
  url,
  logger,
}: {
  readonly url: string;
  readonly logger: Logger;
}): TrackingChannel {
  const subscriptions = new Map<string, Subscription>();
  let connection: Redis | undefined;

  function connect(): Redis {
    const redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: PATIENCE_MS,
      // We subscribe again ourselves: listeners must hear when events may have been lost.
      autoResubscribe: false,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, MAX_RECONNECT_MS),
    });
    let up: boolean | undefined;
    redis.on('ready', () => {
      const isBack = up === false;
      up = true;
      if (isBack) logger.info('live tracking is connected again');
      void subscribeAgain(redis);
    });
    redis.on('error', (error: unknown) => {
      if (up !== false) logger.warn('live tracking stands still: Redis is away', { error });
      up = false;
    });
    redis.on('message', deliver);
    return redis;
  }

  async function subscribeAgain(redis: Redis): Promise<void> {
    if (subscriptions.size === 0) return;
    const affected = [...subscriptions.values()];
    const confirmed = redis.subscribe(...subscriptions.keys());
    for (const subscription of affected) subscription.confirmed = confirmed;
    try {
      await confirmed;
      for (const { listeners } of affected) for (const listener of listeners) listener.onGap();
    } catch {
      // The connection broke again, and so this happens again when it is back.
    }
  }

  function deliver(channel: string, message: string): void {
    const subscription = subscriptions.get(channel);
    if (!subscription) return;
    const event = trackingEvent.safeParse(parseJson(message));
    if (!event.success) {
      logger.warn('a tracking message was not understood', { channel, reason: event.error.message });
      return;
    }
    for (const listener of [...subscription.listeners]) listener.onEvent(event.data);
  }

  function join(redis: Redis, channel: string, listener: TrackingListener): Subscription {
    const existing = subscriptions.get(channel);
    if (existing) {
      existing.listeners.add(listener);
      return existing;
    }
    const created = { listeners: new Set([listener]), confirmed: redis.subscribe(channel) };
    subscriptions.set(channel, created);
    return created;
  }

  function leave(channel: string, listener: TrackingListener): void {
    const subscription = subscriptions.get(channel);
    if (!subscription?.listeners.delete(listener) || subscription.listeners.size > 0) return;
    subscriptions.delete(channel);
    if (connection?.status === 'ready') connection.unsubscribe(channel).catch(() => undefined);
  }

  return {
    async subscribe(orderId, listener) {
      const channel = channelOf(orderId);
      connection ??= connect();
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        if (connection.status !== 'ready') await once(connection, 'ready', { signal });
        await join(connection, channel, listener).confirmed;
      } catch (cause) {
        leave(channel, listener);
        throw new AppError('not-ready', 'Live tracking is not available now. Try again soon.', {
          cause,
          headers: { 'retry-after': '2' },
        });
      }
      return () => leave(channel, listener);
    },
    close: () => connection?.disconnect(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
