import { describe, expect, it } from 'vitest';
import { withItemIds } from './menu.js';

const price = { amount: 500, currency: 'EUR' };
const present = [
  { id: 'soup', name: 'Soup', price },
  { id: 'rice', name: 'Rice', price },
];
const newId = (): string => 'new';

describe('withItemIds', () => {
  it('keeps the id of an item whose name and price change, and gives a new one to a new item', () => {
    const cheaper = { amount: 400, currency: 'EUR' };
    const menu = withItemIds(
      [
        { id: 'soup', name: 'Hot soup', price: cheaper },
        { name: 'Tea', price },
      ],
      present,
      newId,
    );
    expect(menu).toEqual([
      { id: 'soup', name: 'Hot soup', price: cheaper },
      { id: 'new', name: 'Tea', price },
    ]);
  });

  it.each([
    ['an id that the restaurant does not have', [{ id: 'cake', name: 'Cake', price }]],
    [
      'an id that comes twice',
      [
        { id: 'soup', name: 'Soup', price },
        { id: 'soup', name: 'Soup again', price },
      ],
    ],
  ])('refuses %s', (_what, draft) => {
    expect(() => withItemIds(draft, present, newId)).toThrow(/does not have or which is named twice/);
  });
});
