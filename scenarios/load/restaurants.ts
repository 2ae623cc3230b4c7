import { z } from 'zod';
import { callApi } from './api-client.js';
import type { Person, Stage } from './cast.js';

const restaurant = z.looseObject({
  id: z.string(),
  menu: z.array(z.looseObject({ id: z.string() })).min(1),
});

/** A restaurant as the gateway answers it, as far as the journeys need it. */
export type Restaurant = z.infer<typeof restaurant>;

/** Opens several restaurants of one owner, each from an address of its own: a client may write 20 times a minute. */
export function openRestaurants(stage: Stage, owner: Person, count: number): Promise<readonly Restaurant[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      callApi(
        stage.baseUrl,
        {
          method: 'POST',
          path: '/api/restaurants',
          from: stage.nextAddress(),
          token: owner.token,
          expects: 201,
          body: {
            name: `Lab Kitchen ${String(n + 1)}`,
            description: 'Opened by a run of the lab.',
            cuisine: 'italian',
            location: stage.place,
            menu: [
              { name: 'Margherita', price: { amount: 990, currency: 'EUR' } },
              { name: 'Tiramisu', price: { amount: 550, currency: 'EUR' } },
            ],
          },
        },
        restaurant,
        stage.signal,
      ),
    ),
  );
}

/** Reads one restaurant as anybody may. */
export async function readRestaurant(stage: Stage, id: string): Promise<void> {
  const call = { method: 'GET', path: `/api/restaurants/${id}`, from: stage.nextAddress(), expects: 200 } as const;
  await callApi(stage.baseUrl, call, restaurant.pick({ id: true }), stage.signal);
}
