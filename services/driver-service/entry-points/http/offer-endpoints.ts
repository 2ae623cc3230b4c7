import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { acceptOffer, declineOffer } from '../../domain/answer-offer.js';
import type { OfferingDependencies } from '../../domain/offer-around.js';
import { orderPath, ownDriver } from './driver-schemas.js';

/** A driver's answers to the orders that they are offered. */
export function offerEndpoints(
  dependencies: OfferingDependencies & { readonly onAssigned: () => void },
): readonly Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/drivers/me/offers/:orderId/accept',
      summary: 'Accept an offered order',
      access: ['driver'],
      params: orderPath,
      answers: { 200: { description: 'The driver, who has the order now', schema: ownDriver } },
      problems: ['not-found', 'conflict'],
      handle: async ({ identity: { userId }, params: { orderId } }) => ({
        status: 200,
        body: await acceptOffer(dependencies, { userId, orderId }),
      }),
    }),
    endpoint({
      method: 'post',
      path: '/api/drivers/me/offers/:orderId/decline',
      summary: 'Decline an offered order, which then goes to the next best driver',
      access: ['driver'],
      params: orderPath,
      answers: { 204: { description: 'The order is not on offer to this driver any more' } },
      problems: ['not-found', 'conflict'],
      async handle({ identity: { userId }, params: { orderId } }) {
        await declineOffer(dependencies, { userId, orderId });
        return { status: 204 };
      },
    }),
  ];
}
