import type { Point } from './cast.js';
import type { Restaurant } from './restaurants.js';

/** The body of `POST /api/orders`: one dish of a restaurant. */
export function orderRequest(restaurant: Restaurant | undefined, place: Point): Readonly<Record<string, unknown>> {
  if (!restaurant)
    throw new RangeError('Expected a restaurant to order from; the cast has fewer than the story asks for.');
  return {
    restaurantId: restaurant.id,
    items: [{ menuItemId: restaurant.menu[0]?.id, quantity: 1 }],
    deliveryLocation: place,
  };
}
