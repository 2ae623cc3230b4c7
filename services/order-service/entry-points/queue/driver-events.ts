import { isEvent, startConsumer } from '@quickbite/shared/events';
import type { Broker, StartedConsumer } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { Metrics } from '@quickbite/shared/metrics';
import { assignDriver } from '../../domain/assign-driver.js';
import type { OrderRepository } from '../../domain/order-repository.js';

/** Writes drivers into the orders that they were found for. */
export function consumeDriverEvents(options: {
  readonly broker: Broker;
  readonly orders: OrderRepository;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Promise<StartedConsumer> {
  const { broker, orders, logger, metrics } = options;
  return startConsumer(broker, {
    queue: 'order-service.drivers',
    bindings: ['driver.assigned'],
    logger,
    metrics,
    async handle(event) {
      if (!isEvent(event, 'driver.assigned')) throw new Error(`expected driver.assigned, got ${event.type}`);
      return assignDriver({ orders, logger }, event.data);
    },
  });
}
