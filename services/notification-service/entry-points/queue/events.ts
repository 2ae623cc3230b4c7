import { setTimeout as delay } from 'node:timers/promises';
import { isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, Delivery, EventEnvelope, HandlingOutcome, StartedConsumer } from '@quickbite/shared/events';
import type { Knobs } from '@quickbite/shared/knobs';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import type { Claims } from '../../domain/claims.js';
import type { Messages } from '../../domain/messages.js';
import type { NotificationRepository } from '../../domain/notification-repository.js';
import type { NotifiedEventType } from '../../domain/notification.js';
import { notify } from '../../domain/notify.js';
import type { notificationKnobs } from '../../knobs.js';
import { createPlaces } from './places.js';

/** Where everything arrives that somebody is told about. */
export const EVENTS_QUEUE = 'notification-service.events';

/** Consumes it. */
export async function consumeEvents(options: {
  readonly broker: Broker;
  readonly notifications: NotificationRepository;
  readonly claims: Claims;
  readonly messages: Messages;
  readonly knobs: Knobs<typeof notificationKnobs>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** Something may be due. */
  readonly onRecorded: () => void;
}): Promise<StartedConsumer> {
  const { broker, knobs, logger, metrics, now, onRecorded } = options;
  const places = createPlaces(() => knobs.get('consumer.workers'));
  let prefetch = knobs.get('consumer.prefetch');
  const consumer = await startConsumer(broker, {
    queue: EVENTS_QUEUE,
    bindings: ['order.*', 'driver.*'],
    prefetch: () => prefetch,
    onFailure: () => knobs.get('consumer.onFailure'),
    logger,
    metrics,
    // What is told in full takes a place; what is too old for that is not kept waiting for one.
    handle: (event, delivery) => (isStale(event) ? handle(event, delivery) : places(() => handle(event, delivery))),
  });

  async function handle(event: EventEnvelope, { attempt }: Delivery): Promise<HandlingOutcome> {
    const quietly = isStale(event);
    const delayMs = quietly ? 0 : knobs.get('consumer.delayMs');
    if (delayMs > 0) await delay(delayMs);
    if (attempt <= knobs.get('consumer.failAttempts'))
      throw new Error(`attempt ${attempt} fails because the knob consumer.failAttempts says so`);
    if (!isNotified(event)) throw new TypeError(`expected an order.* or driver.* event, got ${event.type}`);
    const outcome = await notify(
      {
        ...options,
        strategy: knobs.get('dedupe.strategy'),
        ordering: knobs.get('ordering.strategy'),
        batchWindowMs: knobs.get('batch.windowMs'),
        quietly,
      },
      event,
    );
    onRecorded();
    return outcome;
  }
  function isStale({ occurredAt }: EventEnvelope): boolean {
    const limit = knobs.get('consumer.staleAfterMs');
    return limit > 0 && now().getTime() - Date.parse(occurredAt) >= limit;
  }
  knobs.onChange(() => {
    const wanted = knobs.get('consumer.prefetch');
    if (wanted === prefetch) return undefined;
    prefetch = wanted;
    return consumer
      .restart()
      .catch((error: unknown) => logger.warn('the prefetch applies from the next channel on', { error }));
  });
  return consumer;
}

function isNotified(event: EventEnvelope): event is EventEnvelope<NotifiedEventType> {
  return !isEvent(event, 'restaurant.updated') && !isEvent(event, 'delivery.rated');
}
