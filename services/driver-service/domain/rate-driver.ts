import type { EventData, HandlingOutcome } from '@quickbite/shared/events';
import type { DriverRepository } from './driver-repository.js';

/**
 * Counts what a customer gave a driver, once for an order, however often it is told.
 * @throws an Error when there is no such driver, so that the message is retried and then parked
 */
export async function rateDriver(
  { drivers }: { readonly drivers: DriverRepository },
  { driverId, orderId, stars }: EventData<'delivery.rated'>,
): Promise<HandlingOutcome> {
  if (await drivers.addRating(driverId, { orderId, stars })) return 'processed';
  if (await drivers.findById(driverId)) return 'duplicate';
  throw new Error(`expected the driver ${driverId} of a delivery.rated event to exist`);
}
