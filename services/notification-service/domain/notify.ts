import type { EventEnvelope, HandlingOutcome } from '@quickbite/shared/events';
import { composeNotifications } from './compose-notifications.js';
import type { Messages } from './messages.js';
import type { NotificationRepository } from './notification-repository.js';
import type { NotifiedEventType } from './notification.js';

/** Tells everybody whom an event concerns, each once, however often the event comes. */
export async function notify(
  { notifications, messages }: { readonly notifications: NotificationRepository; readonly messages: Messages },
  event: EventEnvelope<NotifiedEventType>,
): Promise<HandlingOutcome> {
  let recorded = false;
  for (const notification of composeNotifications(messages, event))
    recorded = (await notifications.record(notification)) || recorded;
  return recorded ? 'processed' : 'duplicate';
}
