import type { Metrics } from '@quickbite/shared/metrics';
import { Counter } from 'prom-client';
import type { Channel } from './domain/channel.js';
import type { DeadLetters } from './domain/dead-letters.js';
import type { NotificationRepository } from './domain/notification-repository.js';

/** Publishes what waits: deliveries to come, and dead letters that nobody has looked at. */
export function exposeBacklog(
  metrics: Metrics,
  { notifications, letters }: { readonly notifications: NotificationRepository; readonly letters: DeadLetters },
): void {
  metrics.watch({
    name: 'notifications_pending',
    help: 'Notifications with a delivery to come',
    read: async () => [{ value: await notifications.countPending() }],
  });
  metrics.watch({
    name: 'dead_letters',
    help: 'Parked messages that were neither replayed nor discarded',
    read: async () => [{ value: await letters.countParked() }],
  });
}

/** Counts what channels are given, and how that went. */
export function countSends(metrics: Metrics): (channel: Channel) => Channel {
  const sends = new Counter({
    name: 'notification_sends_total',
    help: 'Messages handed to a channel',
    labelNames: ['channel', 'outcome'],
    registers: [metrics.registry],
  });
  return (channel) => ({
    ...channel,
    async send(message) {
      try {
        await channel.send(message);
        sends.inc({ channel: channel.name, outcome: 'sent' });
      } catch (error) {
        sends.inc({ channel: channel.name, outcome: 'failed' });
        throw error;
      }
    },
  });
}
