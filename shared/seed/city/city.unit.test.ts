import { describe, expect, it } from 'vitest';
import { geoPoint, money, objectId } from '../../http/index.js';
import { SIZE, createCity } from './index.js';

const KM_PER_DEGREE = 111.32;

function kilometres(a: readonly [number, number], b: readonly [number, number]): number {
  const east = (a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180);
  return Math.hypot(east, a[1] - b[1]) * KM_PER_DEGREE;
}

describe('a seeded city', () => {
  const city = createCity(42);

  it('is the same for the same seed, and another for another', () => {
    expect(createCity(42)).toEqual(city);
    const other = createCity(43);
    expect(other.eateries.map(({ name }) => name)).not.toEqual(city.eateries.map(({ name }) => name));
    const ids = new Set(city.customers.map(({ id }) => id));
    expect(other.customers.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it('has the promised size', () => {
    const { eateries, couriers, customers, owners } = city;
    expect([eateries.length, couriers.length, customers.length, owners.length]).toEqual([
      SIZE.restaurants,
      SIZE.drivers,
      SIZE.customers,
      SIZE.owners,
    ]);
  });

  it('gives no id, no email and no restaurant name twice', () => {
    const people = [...city.admins, ...city.owners, ...city.couriers, ...city.customers];
    const ids = [
      ...people.map(({ id }) => id),
      ...city.couriers.map(({ profileId }) => profileId),
      ...city.customers.map(({ home }) => home.id),
      ...city.eateries.flatMap(({ id, menu }) => [id, ...menu.map((dish) => dish.id)]),
    ];
    for (const id of ids) objectId.parse(id);
    for (const unique of [ids, people.map(({ email }) => email), city.eateries.map(({ name }) => name)])
      expect(new Set(unique).size).toBe(unique.length);
  });

  it('gives every restaurant an owner, a rating and a menu with different dishes at prices one would pay', () => {
    const owners = new Set(city.owners.map(({ id }) => id));
    for (const { ownerId, rating, location, menu } of city.eateries) {
      expect(owners).toContain(ownerId);
      geoPoint.parse(location);
      expect(rating).toBeGreaterThanOrEqual(2.8);
      expect(rating).toBeLessThanOrEqual(5);
      expect(menu.length).toBeGreaterThanOrEqual(5);
      expect(new Set(menu.map(({ name }) => name)).size).toBe(menu.length);
      for (const { price } of menu) expect(money.parse(price).amount).toBeGreaterThanOrEqual(200);
    }
    expect(new Set(city.eateries.map(({ ownerId }) => ownerId)).size, 'owners with a restaurant').toBe(SIZE.owners);
  });

  it('has several restaurants of each cuisine, and drivers near every restaurant', () => {
    const byCuisine = new Map<string, (typeof city.eateries)[number][]>();
    for (const eatery of city.eateries)
      byCuisine.set(eatery.cuisine, [...(byCuisine.get(eatery.cuisine) ?? []), eatery]);
    for (const [cuisine, list] of byCuisine) expect(list.length, cuisine).toBeGreaterThan(8);
    const onDuty = city.couriers.filter((courier) => courier.onDuty);
    for (const { name, location } of city.eateries) {
      const near = onDuty.filter((courier) => kilometres(courier.location.coordinates, location.coordinates) < 4);
      expect(near.length, name).toBeGreaterThan(20);
    }
  });
});
