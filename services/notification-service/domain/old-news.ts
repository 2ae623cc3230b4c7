import type { NotificationRepository } from './notification-repository.js';
import type { Delivery, NewNotification } from './notification.js';

/** What becomes of news that come after newer ones. */
export const orderingStrategies = ['none', 'version'] as const;
export type OrderingStrategy = (typeof orderingStrategies)[number];

/** Why somebody was not told. */
export const OLD_NEWS = 'newer news of the order came first';

/**
 * Takes the alert from news that come after newer ones, and their place in the app, where they would stand above those. A receipt is
 * no news: it is sent whenever it comes.
 */
export async function withoutOldNews(
  notifications: NotificationRepository,
  strategy: OrderingStrategy,
  notification: NewNotification,
): Promise<NewNotification> {
  if (strategy === 'none' || !(await notifications.knowsNewer(notification))) return notification;
  return { ...notification, deliveries: notification.deliveries.map(suppressNews) };
}

function suppressNews(delivery: Delivery): Delivery {
  const { channel } = delivery;
  return channel === 'email' ? delivery : { channel, status: 'suppressed', attempts: 0, reason: OLD_NEWS };
}
