import { AppError } from '@quickbite/shared/errors';
import type { Driver } from './driver.js';
import { passOn } from './offer-around.js';
import type { OfferingDependencies } from './offer-around.js';

/** A driver's account, and the order that it was offered. */
interface Answering {
  readonly userId: string;
  readonly orderId: string;
}

const noOffer = (orderId: string): AppError =>
  new AppError(
    'not-found',
    `You were not offered order ${orderId}. GET /api/drivers/me shows the offer that you have.`,
  );

/**
 * Accepts an offered order. Accepting it again changes nothing.
 * @throws AppError `conflict` when the offer was declined or withdrawn, `not-found` when there never was one
 */
export async function acceptOffer(
  dependencies: OfferingDependencies & { readonly onAssigned: () => void },
  { userId, orderId }: Answering,
): Promise<Driver> {
  const { drivers, claims, searches, onAssigned } = dependencies;
  const accepted = await claims.accept(userId, orderId);
  if (accepted) {
    onAssigned();
    return accepted;
  }
  const own = await drivers.findByUser(userId);
  const holds = own?.currentOrderId === orderId;
  if (own && holds && !own.offer) return own;
  const search = await searches.find(orderId);
  if (own && (holds || search?.declinedBy.includes(own.id)))
    throw new AppError('conflict', `The offer of order ${orderId} was declined or is too old. Wait for the next one.`);
  throw noOffer(orderId);
}

/**
 * Declines an offered order, which then goes to the next best. Declining it again changes nothing.
 * @throws AppError `conflict` when the order was accepted, `not-found` when there never was an offer
 */
export async function declineOffer(dependencies: OfferingDependencies, { userId, orderId }: Answering): Promise<void> {
  const { drivers, searches, supply } = dependencies;
  const own = await drivers.findByUser(userId);
  if (!own) throw noOffer(orderId);
  if (own.currentOrderId !== orderId) {
    const search = await searches.find(orderId);
    if (search?.declinedBy.includes(own.id)) return;
    throw noOffer(orderId);
  }
  const freed = own.offer && (await passOn(dependencies, { driverId: own.id, orderId }));
  if (!freed) throw new AppError('conflict', `Order ${orderId} was accepted already. Deliver it.`);
  supply.seen([freed]);
}
