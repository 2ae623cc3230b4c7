import { AppError } from '@quickbite/shared/errors';
import type { Page } from '@quickbite/shared/http';
import type { Identity } from '@quickbite/shared/identity';
import type { OrderFilter, OrderRepository, OrderSummary } from './order-repository.js';

/** The orders that an account has a part in: as customer, as owner of the restaurant, or as driver. */
export function listOrders(
  orders: OrderRepository,
  reader: Identity,
  page: { readonly page: number; readonly limit: number },
): Promise<Page<OrderSummary>> {
  return orders.list(ownOrders(reader), page);
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
