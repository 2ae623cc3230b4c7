import type { Page } from '@quickbite/shared/http';
import type { Content, Delivery, NewNotification, Notification, OutsideChannel } from './notification.js';

/** A notification with due deliveries, which nobody else works on until the lease ends. */
export interface ClaimedNotification extends Notification {
  readonly claim: string;
}

/** What the use cases need of the notifications' storage. */
export interface NotificationRepository {
  /**
   * Records a notification, once for a key.
   * @returns false when the key was recorded already
   */
  record(notification: NewNotification, dedupeKey: string): Promise<boolean>;
  /** Whether something later of the same order is on record for the same recipient. */
  knowsNewer(notification: Pick<NewNotification, 'userId' | 'orderId' | 'orderVersion'>): Promise<boolean>;
  /** A recipient's own that are shown in the app, newest first. */
  list(
    filter: { readonly userId: string; readonly orderId?: string },
    page: { readonly page: number; readonly limit: number },
  ): Promise<Page<Notification>>;
  /** One of a recipient's own; of anybody's without `userId`. */
  find(id: string, userId: string | undefined): Promise<Notification | undefined>;
  /** Keeps the time of the first reading. */
  markRead(id: string, userId: string): Promise<Notification | undefined>;
  /** Takes the one that has been due for longest; a claim that is older than `leaseMs` was left by a crash. */
  claimDue(leaseMs: number): Promise<ClaimedNotification | undefined>;
  /** Writes what became of a claimed one and gives it back; does nothing when the claim was lost meanwhile. */
  settle(claimed: ClaimedNotification, deliveries: readonly Delivery[]): Promise<void>;
  /**
   * Takes what else waits for this recipient, order and channel out of its own delivery: it will be told together.
   * @returns the texts of all that is told together, oldest first, those taken by an earlier attempt included
   */
  absorb(leader: ClaimedNotification, channel: OutsideChannel): Promise<readonly Content[]>;
  /** How many have a delivery to come. */
  countPending(): Promise<number>;
}
