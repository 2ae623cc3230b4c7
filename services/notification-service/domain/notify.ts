import type { EventEnvelope, HandlingOutcome } from '@quickbite/shared/events';
import type { Claims } from './claims.js';
import { composeNotifications } from './compose-notifications.js';
import type { Messages } from './messages.js';
import type { NotificationRepository } from './notification-repository.js';
import type { NewNotification, NotifiedEventType } from './notification.js';
import { withoutOldNews } from './old-news.js';
import type { OrderingStrategy } from './old-news.js';
import { recordOnce } from './record-once.js';
import type { DedupeStrategy } from './record-once.js';

/**
 * Tells everybody whom an event concerns. What is recorded here is all that must happen before the message is acknowledged: the
 * deliveries that it plans are made from the record, whatever is killed when.
 */
export async function notify(
  options: {
    readonly notifications: NotificationRepository;
    readonly claims: Claims;
    readonly messages: Messages;
    readonly strategy: DedupeStrategy;
    readonly ordering: OrderingStrategy;
    /** Puts it on record and tells nobody. */
    readonly quietly: boolean;
    /** ms that alerts wait for others of the same order. */
    readonly batchWindowMs: number;
    readonly now: () => Date;
  },
  event: EventEnvelope<NotifiedEventType>,
): Promise<HandlingOutcome> {
  const tell = async (composed: NewNotification): Promise<boolean> => {
    const { notifications, ordering, quietly } = options;
    const notification = await withoutOldNews(notifications, ordering, quietly ? onRecordOnly(composed) : composed);
    return recordOnce(options, options.strategy, notification);
  };
  const told = await Promise.allSettled(composeNotifications(options, event).map(tell));
  // Only now, when none of them is on its way any more: the message may come again at once.
  const failed = told.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  const recorded = told.some((one) => one.status === 'fulfilled' && one.value);
  if (!recorded) return 'duplicate';
  return options.quietly ? 'shed' : 'processed';
}

function onRecordOnly(notification: NewNotification): NewNotification {
  return { ...notification, deliveries: notification.deliveries.filter(({ channel }) => channel === 'in_app') };
}
