import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { PendingGuard } from '../../domain/guard-pending.js';
import { getOrder } from '../../domain/get-order.js';
import { listOrders } from '../../domain/list-orders.js';
import type { NamingDependencies } from '../../domain/name-restaurants.js';
import { moveOrder } from '../../domain/move-order.js';
import { payOrder } from '../../domain/pay-order.js';
import { placeOrder } from '../../domain/place-order.js';
import { quoteOrder } from '../../domain/quote-order.js';
import type { PricingDependencies } from '../../domain/quote-order.js';
import { rateDelivery } from '../../domain/rate-delivery.js';
import type { SettlementDependencies } from '../../domain/settle-payment.js';
import { orderAnswer, orderListAnswer, quoteAnswer } from './order-answers.js';
import {
  idempotencyHeader,
  listQuery,
  moveBody,
  orderBody,
  orderPath,
  paymentBody,
  quoteBody,
  ratingBody,
} from './order-schemas.js';
import { toView } from './order-view.js';

/** What the endpoints need to do their work. */
export interface OrderEndpointDependencies extends SettlementDependencies, PricingDependencies, NamingDependencies {
  readonly guardPending: PendingGuard;
  readonly random: () => number;
  readonly nudgePayments: () => void;
  readonly optimisticLock: () => boolean;
  readonly stateMachine: () => boolean;
}

/** The public side of order-service. */
export function orderEndpoints(dependencies: OrderEndpointDependencies): readonly Endpoint[] {
  const { orders } = dependencies;
  return [
    endpoint({
      method: 'post',
      path: '/api/orders',
      summary: 'Place an order, once for an idempotency key',
      access: ['customer'],
      headers: idempotencyHeader,
      body: orderBody,
      answers: {
        201: { description: 'The order', schema: orderAnswer },
        200: { description: 'The order that was placed with this key before', schema: orderAnswer },
      },
      problems: ['not-found', 'conflict', 'upstream-unreachable', 'upstream-timeout'],
      async handle({ identity, headers, body }) {
        const { order, created } = await placeOrder(dependencies, identity, headers['idempotency-key'], body);
        const location = `/api/orders/${order.id}`;
        return { status: created ? 201 : 200, body: toView(order), headers: { location } };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/orders/quote',
      summary: 'Say what an order would cost now, and promise it for a while',
      access: ['customer'],
      body: quoteBody,
      answers: { 200: { description: 'The price, and the quoteId to order at it', schema: quoteAnswer } },
      problems: ['not-found', 'upstream-unreachable', 'upstream-timeout'],
      handle: async ({ identity, body }) => ({ status: 200, body: await quoteOrder(dependencies, identity, body) }),
    }),
    endpoint({
      method: 'get',
      path: '/api/orders',
      summary: 'List the orders that the account has a part in, newest first',
      access: ['customer', 'restaurant_owner', 'driver'],
      query: listQuery,
      answers: { 200: { description: 'A page of orders without their history', schema: orderListAnswer } },
      async handle({ identity, query }) {
        const page = await listOrders(dependencies, identity, query);
        return { status: 200, body: { ...page, items: page.items.map((order) => toView(order)) } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/orders/:id',
      summary: 'Read an order with its history',
      access: 'signed-in',
      params: orderPath,
      answers: { 200: { description: 'The order', schema: orderAnswer } },
      problems: ['not-found'],
      handle: async ({ identity, params: { id } }) => ({
        status: 200,
        body: toView(await getOrder(orders, identity, id)),
      }),
    }),
    endpoint({
      method: 'post',
      path: '/api/orders/:id/payment',
      summary: 'Charge the customer and confirm the order; safe to repeat at any point',
      access: ['customer'],
      params: orderPath,
      body: paymentBody,
      answers: { 200: { description: 'The confirmed order', schema: orderAnswer } },
      problems: ['not-found', 'payment-declined', 'conflict', 'upstream-unreachable', 'upstream-timeout'],
      handle: async ({ identity, params: { id }, body: { paymentToken } }) => ({
        status: 200,
        body: toView(await payOrder(dependencies, identity, id, paymentToken)),
      }),
    }),
    endpoint({
      method: 'post',
      path: '/api/orders/:id/transitions',
      summary: 'Move an order to its next state, based on the version that was seen',
      access: 'signed-in',
      params: orderPath,
      body: moveBody,
      answers: { 200: { description: 'The moved order', schema: orderAnswer } },
      problems: ['not-found', 'not-allowed', 'conflict'],
      handle: async ({ identity, params: { id }, body }) => ({
        status: 200,
        body: toView(await moveOrder(dependencies, identity, id, body)),
      }),
    }),
    endpoint({
      method: 'post',
      path: '/api/orders/:id/rating',
      summary: 'Rate the delivery of an order, once',
      access: ['customer'],
      params: orderPath,
      body: ratingBody,
      answers: {
        201: { description: 'The order with its rating', schema: orderAnswer },
        200: { description: 'The order, which has this very rating already', schema: orderAnswer },
      },
      problems: ['not-found', 'conflict'],
      async handle({ identity, params: { id }, body }) {
        const { order, created } = await rateDelivery(dependencies, identity, id, body);
        return { status: created ? 201 : 200, body: toView(order) };
      },
    }),
  ];
}
