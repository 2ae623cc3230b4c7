import { z } from 'zod';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import { askForJson } from './ask-upstream.js';
import type { Ask } from './ask-upstream.js';

/** The parts that may be missing. */
export const detailParts = ['restaurant', 'driver'] as const;
export type DetailPart = (typeof detailParts)[number];

/** An order with everything that a screen about it shows. */
export interface OrderDetails {
  readonly order: unknown;
  readonly restaurant: unknown;
  /** null until a driver is assigned, too. */
  readonly driver: unknown;
  /** True when a part is away. */
  readonly partial: boolean;
  readonly missing: readonly DetailPart[];
}

/** `refused`: order-service's own answer, e.g. that there is no such order. */
export type DetailsResult =
  | { readonly type: 'details'; readonly details: OrderDetails }
  | { readonly type: 'refused'; readonly answer: UpstreamResponse };

const references = z.object({ restaurantId: z.string(), driverId: z.string().nullish() });

/**
 * Reads an order as its reader, then its restaurant and driver at the same time. The order decides whether there is an answer;
 * without the others it is still one.
 * @throws AppError when order-service fails, or, unless `partial`, when any of them does
 */
export async function readOrderDetails(
  { orderId, identity }: { readonly orderId: string; readonly identity: string },
  { ask, partial }: { readonly ask: Ask; readonly partial: boolean },
): Promise<DetailsResult> {
  const answer = await ask({ upstream: 'order-service', path: `/api/orders/${orderId}`, identity });
  if (answer.status !== 200) return { type: 'refused', answer };
  const order: unknown = JSON.parse(answer.body.toString('utf8'));
  const { restaurantId, driverId } = references.parse(order);

  const reads: Readonly<Record<DetailPart, () => Promise<unknown>>> = {
    restaurant: () =>
      askForJson(ask, { upstream: 'restaurant-service', path: `/api/restaurants/${restaurantId}`, lastGood: true }),
    driver: async () =>
      driverId ? askForJson(ask, { upstream: 'driver-service', path: `/api/drivers/${driverId}`, identity }) : null,
  };
  const missing: DetailPart[] = [];
  const read = async (part: DetailPart): Promise<unknown> => {
    try {
      return await reads[part]();
    } catch (error) {
      if (!partial) throw error;
      missing.push(part);
      return null;
    }
  };
  const [restaurant, driver] = await Promise.all([read('restaurant'), read('driver')]);
  return { type: 'details', details: { order, restaurant, driver, partial: missing.length > 0, missing } };
}
