import type { Page } from '@quickbite/shared/http';
import type { NewNotification, Notification } from './notification.js';

/** What the use cases need of the notifications' storage. */
export interface NotificationRepository {
  /**
   * Records a notification once per event, recipient and channel.
   * @returns false when it was recorded already
   */
  record(notification: NewNotification): Promise<boolean>;
  /** A recipient's own, newest first. */
  list(
    filter: { readonly userId: string; readonly orderId?: string },
    page: { readonly page: number; readonly limit: number },
  ): Promise<Page<Notification>>;
}
