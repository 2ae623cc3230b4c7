import type { Rate } from './rate.js';
import { steady } from './traffic.js';
import type { Traffic } from './traffic.js';

/** About 100 m, in degrees. */
const STEP_DEGREES = 0.001;

/** Drivers of the cast who say where they are, by turns: `PUT /api/drivers/me/location`. */
export function positions({ rate }: { readonly rate: Rate }): Traffic {
  return steady(rate, 'PUT /api/drivers/me/location', ({ drivers, place }, random) => (n) => {
    const driver = drivers[n % drivers.length];
    const near = (degrees: number): number => degrees + (random.next() - 0.5) * STEP_DEGREES;
    const [longitude, latitude] = place.coordinates;
    return {
      tag: 'position',
      method: 'PUT',
      path: '/api/drivers/me/location',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': driver?.address ?? '',
        authorization: `Bearer ${driver?.token ?? ''}`,
      },
      body: JSON.stringify({ location: { type: 'Point', coordinates: [near(longitude), near(latitude)] } }),
      expects: 200,
    };
  });
}
