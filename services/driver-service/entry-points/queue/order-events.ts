import { isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, StartedConsumer } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import { assignDriver } from '../../domain/assign-driver.js';
import type { AssignmentDependencies } from '../../domain/assign-driver.js';
import { rateDriver } from '../../domain/rate-driver.js';
import { endOrder } from '../../domain/end-order.js';

/** Pauses before an order looks for a driver again, ms: somebody often becomes free within seconds. */
const RETRY_DELAYS_MS = [500, 2000, 5000, 10_000];

/** Consumes what happens to orders: a confirmed one gets a driver, one that ended frees its driver, who may be rated for it. */
export function consumeOrderEvents(
  options: AssignmentDependencies & {
    readonly broker: Broker;
    /** Called after each assignment: an event waits in the outbox. */
    readonly onAssigned: () => void;
    readonly logger: Logger;
    readonly metrics: Metrics;
  },
): Promise<StartedConsumer> {
  const { broker, onAssigned, logger, metrics } = options;
  return startConsumer(broker, {
    queue: 'driver-service.orders',
    bindings: ['order.confirmed', 'order.delivered', 'order.cancelled', 'delivery.rated'],
    retryDelaysMs: RETRY_DELAYS_MS,
    logger,
    metrics,
    async handle(event) {
      if (isEvent(event, 'order.delivered') || isEvent(event, 'order.cancelled'))
        return endOrder(options, { orderId: event.data.orderId, delivered: event.type === 'order.delivered' });
      if (isEvent(event, 'delivery.rated')) return rateDriver(options, event.data);
      if (!isEvent(event, 'order.confirmed'))
        throw new TypeError(
          `expected order.confirmed, order.delivered, order.cancelled or delivery.rated, got ${event.type}`,
        );
      const outcome = await assignDriver(options, event.data);
      onAssigned();
      return outcome;
    },
  });
}
