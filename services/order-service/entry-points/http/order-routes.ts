import { parse } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import type { Logger } from '@quickbite/shared/logging';
import { Router, json } from 'express';
import { getOrder } from '../../domain/get-order.js';
import { listOrders } from '../../domain/list-orders.js';
import { moveOrder } from '../../domain/move-order.js';
import type { OrderRepository } from '../../domain/order-repository.js';
import { payOrder } from '../../domain/pay-order.js';
import type { Payments } from '../../domain/payments.js';
import { placeOrder } from '../../domain/place-order.js';
import type { Restaurants } from '../../domain/restaurants.js';
import { idempotencyHeader, listQuery, moveBody, orderBody, orderPath, paymentBody } from './order-schemas.js';
import { toView } from './order-view.js';

/** What the routes need to do their work. */
export interface OrderRouteDependencies {
  readonly orders: OrderRepository;
  readonly restaurants: Restaurants;
  readonly payments: Payments;
  readonly authorize: Authorize;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly nudgeOutbox: () => void;
}

/** The public side of order-service. */
export function orderRoutes(dependencies: OrderRouteDependencies): Router {
  const { orders, authorize } = dependencies;
  const router = Router();

  router.post('/', json(), async (req, res) => {
    const customer = authorize(req, 'customer');
    const { 'idempotency-key': key } = parse(idempotencyHeader, req.headers, 'header');
    const request = parse(orderBody, req.body, 'body');
    const { order, created } = await placeOrder(dependencies, customer, key, request);
    res
      .status(created ? 201 : 200)
      .location(`/api/orders/${order.id}`)
      .json(toView(order));
  });

  router.get('/', async (req, res) => {
    const reader = authorize(req);
    const page = await listOrders(orders, reader, parse(listQuery, req.query, 'query'));
    res.json({ ...page, items: page.items.map((order) => toView(order)) });
  });

  router.get('/:id', async (req, res) => {
    const reader = authorize(req);
    const { id } = parse(orderPath, req.params, 'path');
    res.json(toView(await getOrder(orders, reader, id)));
  });

  router.post('/:id/payment', json(), async (req, res) => {
    const payer = authorize(req, 'customer');
    const { id } = parse(orderPath, req.params, 'path');
    const { paymentToken } = parse(paymentBody, req.body, 'body');
    res.json(toView(await payOrder(dependencies, payer, id, paymentToken)));
  });

  router.post('/:id/transitions', json(), async (req, res) => {
    const mover = authorize(req);
    const { id } = parse(orderPath, req.params, 'path');
    const move = parse(moveBody, req.body, 'body');
    res.json(toView(await moveOrder(dependencies, mover, id, move)));
  });
  return router;
}
