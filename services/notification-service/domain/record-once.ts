import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Claims } from './claims.js';
import type { NotificationRepository } from './notification-repository.js';
import type { NewNotification } from './notification.js';

/** How a repeated delivery of an event is recognised. */
export const dedupeStrategies = ['none', 'redis-check', 'redis-claim', 'processed-event'] as const;
export type DedupeStrategy = (typeof dedupeStrategies)[number];

interface Storage {
  readonly notifications: NotificationRepository;
  readonly claims: Claims;
}
type Strategy = (storage: Storage, notification: NewNotification, key: string) => Promise<boolean>;

/** How often a claim that somebody else holds is looked at, ms. */
const LOOK_AGAIN_MS = 50;

const strategies: Readonly<Record<DedupeStrategy, Strategy>> = {
  none: recordUnchecked,

  /** What many do: it looks, acts and remembers. Two deliveries at once both look before either remembers. */
  async 'redis-check'(storage, notification, key) {
    if (await storage.claims.isDone(key)) return false;
    const recorded = await recordUnchecked(storage, notification);
    await storage.claims.markDone(key);
    return recorded;
  },

  /**
   * Claims first, in one step. A crash between claim and record: the claim ends by itself, and the redelivered message is
   * recorded. A crash between record and mark: it is recorded twice; no two stores can be written in one step.
   */
  async 'redis-claim'(storage, notification, key) {
    const { claims } = storage;
    for (;;) {
      const state = await claims.claim(key);
      if (state === 'done') return false;
      if (state === 'claimed') break;
      await delay(LOOK_AGAIN_MS);
    }
    try {
      await recordUnchecked(storage, notification);
    } catch (error) {
      await claims.release(key).catch(() => undefined);
      throw error;
    }
    await claims.markDone(key);
    return true;
  },

  /** The record says itself, by a unique index, that the event was processed: one write, which no crash can split. */
  'processed-event': ({ notifications }, notification, key) => notifications.record(notification, key),
};

/**
 * Records a notification once for its event and recipient, as well as the strategy can.
 * @returns false when it had been recorded before
 */
export function recordOnce(
  storage: Storage,
  strategy: DedupeStrategy,
  notification: NewNotification,
): Promise<boolean> {
  return strategies[strategy](storage, notification, `${notification.eventId}:${notification.userId}`);
}

function recordUnchecked({ notifications }: Storage, notification: NewNotification): Promise<boolean> {
  return notifications.record(notification, randomUUID());
}
