import { AppError } from '@quickbite/shared/errors';
import type { Page } from '@quickbite/shared/http';
import type { Identity } from '@quickbite/shared/identity';
import { nameRestaurants } from './name-restaurants.js';
import type { NamingDependencies } from './name-restaurants.js';
import type { OrderFilter, OrderRepository, OrderSummary } from './order-repository.js';
import type { RestaurantLabel } from './restaurants.js';

/** An order in a list, with what its restaurant is called as far as that is known. */
export type ListedOrder = OrderSummary & {
  readonly restaurant: Pick<RestaurantLabel, 'id'> & Partial<RestaurantLabel>;
};

/** A page of them. Ids in `missing` are restaurants that nothing could be learnt of. */
export type OrderList = Page<ListedOrder> & { readonly partial?: true; readonly missing?: readonly string[] };

/** The orders that an account has a part in: as customer, as owner of the restaurant, or as driver. */
export async function listOrders(
  dependencies: NamingDependencies & { readonly orders: OrderRepository },
  reader: Identity,
  page: { readonly page: number; readonly limit: number },
): Promise<OrderList> {
  const found = await dependencies.orders.list(ownOrders(reader), page);
  const labels = await nameRestaurants(dependencies, found.items, reader);
  const known = new Map(labels.map(({ id, name, cuisine }) => [id, { id, name, cuisine }]));
  const items = found.items.map((order) => ({
    ...order,
    restaurant: known.get(order.restaurantId) ?? { id: order.restaurantId },
  }));
  const missing = [...new Set(found.items.map(({ restaurantId }) => restaurantId))].filter((id) => !known.has(id));
  return { ...found, items, ...(missing.length > 0 && { partial: true as const, missing }) };
}

function ownOrders({ userId, role }: Identity): OrderFilter {
  switch (role) {
    case 'customer':
      return { customerId: userId };
    case 'restaurant_owner':
      return { restaurantOwnerId: userId };
    case 'driver':
      return { driverUserId: userId };
    case 'admin':
    case 'service':
      throw new AppError('not-allowed', 'Orders are listed for customers, restaurant owners and drivers.');
  }
}
