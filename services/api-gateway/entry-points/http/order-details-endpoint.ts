import { z } from 'zod';
import { endpoint, objectId } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { answerOf } from '../../domain/api-document/answer-reference.js';
import type { Ask } from '../../domain/ask-upstream.js';
import { detailParts, readOrderDetails } from '../../domain/order-details.js';
import type { GatewayKnobs } from '../../knobs.js';
import { sendAnswer } from './proxy-headers.js';
import { requiredIdentityOf } from './require-account.js';

const details = z.strictObject({
  order: answerOf('get', '/api/orders/{id}'),
  restaurant: answerOf('get', '/api/restaurants/{id}').nullable(),
  driver: answerOf('get', '/api/drivers/{id}').nullable().describe('null until one is assigned.'),
  partial: z.boolean().describe('True when a part is away.'),
  missing: z.array(z.enum(detailParts)).describe('The parts that are away.'),
});

/** `GET /api/orders/:id/details`: one call for a screen that would need three. */
export function orderDetailsEndpoint({ ask, knobs }: { readonly ask: Ask; readonly knobs: GatewayKnobs }): Endpoint {
  return endpoint({
    method: 'get',
    path: '/api/orders/:id/details',
    summary: 'Read an order with its restaurant and driver',
    access: 'signed-in',
    params: z.strictObject({ id: objectId }),
    answers: { 200: { description: 'The order, and what could be had of the rest', schema: details } },
    problems: ['not-found', 'upstream-unreachable', 'upstream-unavailable', 'upstream-timeout'],
    async handle({ params, res }) {
      const result = await readOrderDetails(
        { orderId: params.id, identity: requiredIdentityOf(res) },
        { ask, partial: knobs.get('aggregation.partial') },
      );
      if (result.type === 'details') return { status: 200, body: result.details };
      sendAnswer(res, result.answer);
      return undefined;
    },
  });
}
