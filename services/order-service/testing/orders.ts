import { randomBytes } from 'node:crypto';
import type { GeoPoint, Money } from '@quickbite/shared/http';
import type { Identity, Role } from '@quickbite/shared/identity';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { z } from 'zod';
import type { Restaurant } from '../domain/restaurants.js';
import type { OrderServiceUnderTest } from './start-order-service.js';

export const someId = (): string => randomBytes(12).toString('hex');
export const somebody = (role: Role): Identity => ({ userId: someId(), role });
export const eur = (amount: number): Money => ({ amount, currency: 'EUR' });

/** 1.5 km north of the restaurant. */
export const deliveryLocation: GeoPoint = { type: 'Point', coordinates: [13.405, 52.5335] };

const orderAnswer = z.looseObject({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  history: z.array(z.unknown()),
});
export type AnsweredOrder = z.infer<typeof orderAnswer>;
export const orderOf = (answer: ServiceAnswer): AnsweredOrder => orderAnswer.parse(answer.body);

/** One restaurant with two dishes, its owner, a customer and his order that is not placed yet. */
export function newCase(service: Pick<OrderServiceUnderTest, 'call' | 'restaurants'>) {
  const owner = somebody('restaurant_owner');
  const customer = somebody('customer');
  const restaurant: Restaurant = {
    id: someId(),
    ownerId: owner.userId,
    name: 'Bangkok Kitchen',
    cuisine: 'thai',
    location: { type: 'Point', coordinates: [13.405, 52.52] },
    menu: [
      { id: someId(), name: 'Curry', price: eur(1290) },
      { id: someId(), name: 'Rice', price: eur(300) },
    ],
  };
  service.restaurants.restaurants.set(restaurant.id, restaurant);
  const items = restaurant.menu.map(({ id }) => ({ menuItemId: id, quantity: 2 }));
  const request = { restaurantId: restaurant.id, items, deliveryLocation };
  const place = (options: { key?: string; body?: unknown; as?: Identity } = {}): Promise<ServiceAnswer> =>
    service.call('POST', '/api/orders', {
      as: options.as ?? customer,
      body: options.body ?? request,
      headers: { 'idempotency-key': options.key ?? someId() },
    });
  const pay = (id: string, paymentToken = 'tok_visa', as: Identity = customer): Promise<ServiceAnswer> =>
    service.call('POST', `/api/orders/${id}/payment`, { as, body: { paymentToken } });
  const move = (id: string, to: string, version: number, as: Identity): Promise<ServiceAnswer> =>
    service.call('POST', `/api/orders/${id}/transitions`, { as, body: { to, version } });
  const read = async (id: string): Promise<AnsweredOrder> =>
    orderOf(await service.call('GET', `/api/orders/${id}`, { as: customer }));
  return { owner, customer, restaurant, request, place, pay, move, read };
}
