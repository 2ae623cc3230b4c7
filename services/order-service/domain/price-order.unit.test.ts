import { describe, expect, it } from 'vitest';
import { priceOrder, raiseFee } from './price-order.js';
import type { Restaurant } from './restaurants.js';

const location = { type: 'Point', coordinates: [13.4, 52.5] } as const;
const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' });
const restaurant: Restaurant = {
  id: 'r',
  ownerId: 'o',
  name: 'Bangkok Kitchen',
  cuisine: 'thai',
  location: { type: 'Point', coordinates: [13.4, 52.5] },
  menu: [
    { id: 'curry', name: 'Curry', price: eur(1290) },
    { id: 'rice', name: 'Rice', price: eur(300) },
    { id: 'import', name: 'Soda', price: { amount: 200, currency: 'USD' } },
  ],
};
const price = (...items: { menuItemId: string; quantity: number }[]): ReturnType<typeof priceOrder> =>
  priceOrder(restaurant, items, { ...location, coordinates: [13.4, 52.5] });

describe('priceOrder', () => {
  it('adds up what the menu says, and the delivery', () => {
    const priced = price({ menuItemId: 'curry', quantity: 2 }, { menuItemId: 'rice', quantity: 3 });
    expect(priced).toEqual({
      items: [
        { menuItemId: 'curry', name: 'Curry', unitPrice: eur(1290), quantity: 2 },
        { menuItemId: 'rice', name: 'Rice', unitPrice: eur(300), quantity: 3 },
      ],
      itemsTotal: eur(3480),
      deliveryFee: eur(199),
      total: eur(3679),
      pricing: { distanceMeters: 0, baseDeliveryFee: eur(199), surgeFee: eur(0), surge: { multiplier: 1 } },
    });
  });

  it.each([
    [1, 199, 0],
    [1.25, 249, 50],
    [1.5, 299, 100],
    [2.5, 498, 299],
  ])('multiplies the delivery fee alone with %f, and rounds it to %i cents', (multiplier, fee, more) => {
    const surge = { multiplier, cell: '881f1d4897fffff', demand: 9, supply: 4 };
    const raised = raiseFee(price({ menuItemId: 'curry', quantity: 1 }), surge);
    expect(raised).toMatchObject({
      itemsTotal: eur(1290),
      deliveryFee: eur(fee),
      total: eur(1290 + fee),
      pricing: { baseDeliveryFee: eur(199), surgeFee: eur(more), surge },
    });
  });

  it('refuses what is not on the menu', () => {
    expect(() => price({ menuItemId: 'cake', quantity: 1 })).toThrow('no item cake on its menu');
  });

  it('refuses to add up two currencies', () => {
    expect(() => price({ menuItemId: 'curry', quantity: 1 }, { menuItemId: 'import', quantity: 1 })).toThrow(
      'one currency',
    );
  });
});
