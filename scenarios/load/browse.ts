import { customerAddress, customersFor } from './customers.js';
import { shuffledForever } from './random.js';
import { peakOf } from './rate.js';
import type { Rate } from './rate.js';
import { steady } from './traffic.js';
import type { Traffic } from './traffic.js';

/** Options of `browse`. */
export interface BrowseOptions {
  /** Requests per second. */
  readonly rate: Rate;
  /** During the first so many ms, this share (0 to 1) asks for a restaurant that does not exist. */
  readonly absent?: { readonly share: number; readonly forMs: number };
}

/** Anonymous customers who look at one restaurant each: `GET /api/restaurants/:id`. */
export function browse({ rate, absent }: BrowseOptions): Traffic {
  return steady(rate, 'GET /api/restaurants/:id', (data, random) => {
    const existing = shuffledForever(data.restaurantIds, random);
    const customers = customersFor(peakOf(rate));
    return (_n, offsetMs) => {
      const asksInVain = absent !== undefined && offsetMs < absent.forMs && random.next() < absent.share;
      const id = asksInVain ? absentId(random) : existing.next().value;
      return {
        tag: 'browse',
        method: 'GET',
        path: `/api/restaurants/${id}`,
        headers: { 'x-forwarded-for': customerAddress(random.integer(customers)) },
        expects: asksInVain ? 404 : 200,
      };
    };
  });
}

/** A well-formed ObjectId with the timestamp of 1970, which no document made today has. */
function absentId(random: { integer(below: number): number }): string {
  return `00000000${Array.from({ length: 16 }, () => random.integer(16).toString(16)).join('')}`;
}
