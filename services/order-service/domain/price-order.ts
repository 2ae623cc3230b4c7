import { AppError } from '@quickbite/shared/errors';
import type { GeoPoint, Money } from '@quickbite/shared/http';
import { deliveryFee, distanceKm } from './delivery-fee.js';
import type { OrderItem, OrderPricing } from './order.js';
import type { Restaurant } from './restaurants.js';
import type { Surge } from './surge.js';

/** What a customer asks for: never a price. */
export interface RequestedItem {
  readonly menuItemId: string;
  readonly quantity: number;
}

/** What it costs. */
export interface PricedOrder {
  readonly items: readonly OrderItem[];
  readonly itemsTotal: Money;
  readonly deliveryFee: Money;
  readonly total: Money;
  readonly pricing: OrderPricing;
}

/**
 * Prices an order from the restaurant's menu, as if nothing were scarce.
 * @throws AppError `invalid-request` for an item that is not on it, or a way that is too long
 */
export function priceOrder(
  restaurant: Restaurant,
  requested: readonly RequestedItem[],
  deliveryLocation: GeoPoint,
): PricedOrder {
  const menu = new Map(restaurant.menu.map((item) => [item.id, item]));
  const items = requested.map(({ menuItemId, quantity }): OrderItem => {
    const item = menu.get(menuItemId);
    if (!item)
      throw new AppError(
        'invalid-request',
        `${restaurant.name} has no item ${menuItemId} on its menu. Read the menu again.`,
        { fields: [{ path: 'items', message: `${menuItemId} is not on the menu` }] },
      );
    return { menuItemId, name: item.name, unitPrice: item.price, quantity };
  });
  const currency = oneCurrency(items);
  const itemsAmount = items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice.amount * quantity, 0);
  const feeAmount = deliveryFee(restaurant.location, deliveryLocation);
  const money = (amount: number): Money => ({ amount, currency });
  return {
    items,
    itemsTotal: money(itemsAmount),
    deliveryFee: money(feeAmount),
    total: money(itemsAmount + feeAmount),
    pricing: {
      distanceMeters: Math.round(distanceKm(restaurant.location, deliveryLocation) * 1000),
      baseDeliveryFee: money(feeAmount),
      surgeFee: money(0),
      surge: { multiplier: 1 },
    },
  };
}

/** The same order with its delivery fee multiplied, rounded to whole minor units. */
export function raiseFee(priced: PricedOrder, surge: Surge): PricedOrder {
  const { itemsTotal, pricing } = priced;
  const { amount: base, currency } = pricing.baseDeliveryFee;
  const money = (amount: number): Money => ({ amount, currency });
  const raised = Math.round(base * surge.multiplier);
  return {
    ...priced,
    deliveryFee: money(raised),
    total: money(itemsTotal.amount + raised),
    pricing: { ...pricing, surgeFee: money(raised - base), surge },
  };
}

function oneCurrency(items: readonly OrderItem[]): string {
  const [currency, ...others] = new Set(items.map(({ unitPrice }) => unitPrice.currency));
  if (currency !== undefined && others.length === 0) return currency;
  throw new AppError('invalid-request', 'An order needs items with prices in one currency. Place one order for each.');
}
