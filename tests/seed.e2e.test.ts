import { seedServices } from '@quickbite/scenarios/seed';
import { SIZE, createCity } from '@quickbite/shared/seed/city';
import { expect, test } from 'vitest';
import { withStack } from './booted.js';
import { callGateway } from './people.js';

interface Listed {
  readonly total: number;
  readonly items: readonly { readonly id: string; readonly name: string }[];
}

const PEOPLE = SIZE.admins + SIZE.owners + SIZE.drivers + SIZE.customers;
/** Seconds that a city may take; the promise is for a machine that is not busy with other tests. */
const AT_MOST_S = 5;

test('a seeded city is complete in seconds, the same in every service, and there once however often it is seeded', async () => {
  await withStack(
    { services: ['api-gateway', 'user-service', 'restaurant-service', 'driver-service'] },
    async (stack) => {
      const first = await seedServices(stack, 42);
      expect(first.parts).toEqual([
        { kind: 'accounts', inserted: PEOPLE, count: PEOPLE },
        { kind: 'restaurants', inserted: SIZE.restaurants, count: SIZE.restaurants },
        { kind: 'drivers', inserted: SIZE.drivers, count: SIZE.drivers },
      ]);
      expect(first.ms / 1000).toBeLessThan(AT_MOST_S);

      const [again, twin] = await Promise.all([seedServices(stack, 42), seedServices(stack, 42)]);
      for (const { parts } of [again, twin]) expect(parts.map(({ inserted }) => inserted)).toEqual([0, 0, 0]);

      const gateway = stack.process('api-gateway').url;
      const listed = await callGateway<Listed>(gateway, 'GET', '/api/restaurants?limit=1');
      expect(listed.body.total).toBe(SIZE.restaurants);

      const city = createCity(42);
      const { password = '', accounts } = first.examples;
      for (const { role, email, id } of accounts) {
        const signedIn = await callGateway<{ user: { id: string }; accessToken: string }>(
          gateway,
          'POST',
          '/api/auth/login',
          { body: { email, password } },
        );
        expect(signedIn.status, role).toBe(200);
        expect(signedIn.body.user.id).toBe(id);
      }
      const [eatery] = city.eateries;
      const found = await callGateway<{ ownerId: string; menu: unknown }>(
        gateway,
        'GET',
        `/api/restaurants/${eatery?.id ?? ''}`,
      );
      expect(found.body).toMatchObject({ ownerId: eatery?.ownerId, menu: eatery?.menu });

      const other = await seedServices(stack, 43);
      expect(other.parts.map(({ inserted }) => inserted)).toEqual([PEOPLE, SIZE.restaurants, SIZE.drivers]);
    },
  );
});
