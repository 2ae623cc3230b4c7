import { createHash } from 'node:crypto';
import { AppError } from '@quickbite/shared/errors';
import type { GeoPoint } from '@quickbite/shared/http';
import type { Identity } from '@quickbite/shared/identity';
import { priceOrder, raiseFee } from './price-order.js';
import type { PricedOrder, RequestedItem } from './price-order.js';
import { requireRestaurant } from './restaurants.js';
import type { Restaurant, Restaurants } from './restaurants.js';
import type { QuoteSigner } from './signed-quotes.js';
import type { SurgePricing } from './surge-pricing.js';

/** What a customer would like to have, and where. */
export interface Basket {
  readonly restaurantId: string;
  readonly items: readonly RequestedItem[];
  readonly deliveryLocation: GeoPoint;
}

/** What prices are made of. */
export interface PricingDependencies {
  readonly restaurants: Restaurants;
  readonly surgeAt: SurgePricing;
  readonly quotes: QuoteSigner;
  readonly quoteTtlMs: () => number;
  readonly now: () => Date;
}

/** A price that holds until `expiresAt` for who sends `quoteId` with the order. */
export type Quote = PricedOrder & { readonly quoteId: string; readonly expiresAt: string };

/**
 * Says what an order would cost, and promises it for a while. Nothing is stored; the customer counts as demand, once.
 * @throws AppError as `placeOrder` does for the same basket
 */
export async function quoteOrder(
  dependencies: PricingDependencies,
  customer: Identity,
  basket: Basket,
): Promise<Quote> {
  const { restaurants, quotes, quoteTtlMs, now } = dependencies;
  const restaurant = await requireRestaurant(restaurants, basket.restaurantId, customer);
  const priced = await priceNow(dependencies, { customer, restaurant, basket });
  const expiresAt = now().getTime() + quoteTtlMs();
  const quoteId = quotes.sign({
    fingerprint: fingerprintOf(customer, basket),
    surge: priced.pricing.surge,
    total: priced.total.amount,
    expiresAt,
  });
  return { ...priced, quoteId, expiresAt: new Date(expiresAt).toISOString() };
}

interface Pricing {
  readonly customer: Identity;
  readonly restaurant: Restaurant;
  readonly basket: Basket;
}

/** Prices a basket as things are at this moment. */
export async function priceNow(
  { surgeAt }: PricingDependencies,
  { customer, restaurant, basket }: Pricing,
): Promise<PricedOrder> {
  const priced = priceOrder(restaurant, basket.items, basket.deliveryLocation);
  return raiseFee(priced, await surgeAt(restaurant.location, customer.userId));
}

/**
 * Prices a basket as it was promised. The customer pays what they saw or nothing: when the menu has changed since, the quote
 * is not worth anything.
 * @throws AppError `invalid-request` when the quote is not ours, or is for somebody or something else; `conflict` when it has
 * expired, or the menu has changed
 */
export function priceAsQuoted(
  { quotes, now }: PricingDependencies,
  { customer, restaurant, basket }: Pricing,
  quoteId: string,
): PricedOrder {
  const terms = quotes.read(quoteId);
  if (terms?.fingerprint !== fingerprintOf(customer, basket))
    throw new AppError(
      'invalid-request',
      'The quote is not for this order. Send the quoteId with the very items and place that were quoted, or none.',
      { fields: [{ path: 'quoteId', message: 'expected the quote of this order' }] },
    );
  const { total, expiresAt } = terms;
  if (expiresAt <= now().getTime())
    throw new AppError(
      'conflict',
      `The quote was good until ${new Date(expiresAt).toISOString()}. Ask for another with POST /api/orders/quote.`,
    );
  const priced = raiseFee(priceOrder(restaurant, basket.items, basket.deliveryLocation), terms.surge);
  if (priced.total.amount !== total)
    throw new AppError(
      'conflict',
      `The menu has changed: what was quoted for ${total} costs ${priced.total.amount} ${priced.total.currency} (minor units) now. Ask for another quote with POST /api/orders/quote.`,
    );
  return priced;
}

/** The parsed basket has its fields in a fixed order, so that its text is the same for the same basket. */
function fingerprintOf({ userId }: Identity, { restaurantId, items, deliveryLocation }: Basket): string {
  const text = JSON.stringify([userId, restaurantId, items, deliveryLocation]);
  return createHash('sha256').update(text).digest('base64url');
}
