import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Api } from './api.js';
import { orderRequest } from './order-request.js';
import type { TestData } from './traffic.js';

const order = z.looseObject({ id: z.string(), version: z.number(), status: z.string() });

/** An order as the gateway answers it, as far as stories need it. */
export type AnsweredOrder = z.infer<typeof order>;

/**
 * Places an order with one of the restaurants.
 * @param n which restaurant: they are taken by turns
 * @throws UnexpectedAnswer which makes the run inconclusive
 */
export async function placeOrder(api: Api, { restaurants, place }: TestData, n = 0): Promise<AnsweredOrder> {
  const body = orderRequest(restaurants[n % restaurants.length], place);
  const placed = await api.post('/api/orders', body, { idempotencyKey: randomUUID() });
  return placed.expect(201).read(order);
}

/** Places an order and pays for it. */
export async function paidOrder(api: Api, data: TestData, n = 0): Promise<AnsweredOrder> {
  const { id } = await placeOrder(api, data, n);
  return (await api.post(`/api/orders/${id}/payment`, { paymentToken: 'tok_visa' })).expect(200).read(order);
}
