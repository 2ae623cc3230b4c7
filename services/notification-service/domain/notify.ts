import type { EventEnvelope, HandlingOutcome } from '@quickbite/shared/events';
import type { Claims } from './claims.js';
import { composeNotifications } from './compose-notifications.js';
import type { Messages } from './messages.js';
import type { NotificationRepository } from './notification-repository.js';
import type { NotifiedEventType } from './notification.js';
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
    /** ms that alerts wait for others of the same order. */
    readonly batchWindowMs: number;
    readonly now: () => Date;
  },
  event: EventEnvelope<NotifiedEventType>,
): Promise<HandlingOutcome> {
  let recorded = false;
  for (const notification of composeNotifications(options, event))
    recorded = (await recordOnce(options, options.strategy, notification)) || recorded;
  return recorded ? 'processed' : 'duplicate';
}
