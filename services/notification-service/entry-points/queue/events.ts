import { isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, EventEnvelope, StartedConsumer } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import type { Messages } from '../../domain/messages.js';
import type { NotificationRepository } from '../../domain/notification-repository.js';
import type { NotifiedEventType } from '../../domain/notification.js';
import { notify } from '../../domain/notify.js';

/** Consumes everything that somebody is told about. */
export function consumeEvents(options: {
  readonly broker: Broker;
  readonly notifications: NotificationRepository;
  readonly messages: Messages;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Promise<StartedConsumer> {
  const { broker, logger, metrics } = options;
  return startConsumer(broker, {
    queue: 'notification-service.events',
    bindings: ['order.*', 'driver.*'],
    logger,
    metrics,
    handle(event) {
      if (!isNotified(event)) throw new TypeError(`expected an order.* or driver.* event, got ${event.type}`);
      return notify(options, event);
    },
  });
}

function isNotified(event: EventEnvelope): event is EventEnvelope<NotifiedEventType> {
  return !isEvent(event, 'restaurant.updated');
}
