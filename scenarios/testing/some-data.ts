import type { Person, TestData } from '../load/index.js';

const place = { type: 'Point', coordinates: [13.4, 52.5] } as const;

const person = (name: string): Person => ({
  id: name,
  token: `token-of-${name}`,
  address: '198.18.0.1',
  email: `${name}@lab.example`,
  password: `password-of-${name}`,
});

/** A cast that nobody registered, for schedules that are not sent or are sent to a stand-in. */
export function someData(restaurantIds: readonly string[]): TestData {
  return {
    restaurantIds,
    restaurants: restaurantIds.map((id) => ({ id, menu: [{ id: `dish-of-${id}` }] })),
    owner: person('owner'),
    customers: ['ann', 'ben', 'cem'].map(person),
    drivers: ['dora', 'edda'].map((name) => ({ ...person(name), profileId: `profile-of-${name}` })),
    place,
  };
}
