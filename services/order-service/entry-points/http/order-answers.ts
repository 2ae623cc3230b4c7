import { geoPoint, money, objectId } from '@quickbite/shared/http';
import { z } from 'zod';
import { orderStatuses } from '../../domain/order-states.js';

const status = z.enum(orderStatuses);
const at = z.iso.datetime();
const item = z.strictObject({ menuItemId: objectId, name: z.string(), unitPrice: money, quantity: z.int() });

const pricing = z.strictObject({
  distanceMeters: z.int(),
  baseDeliveryFee: money,
  surgeFee: money,
  surge: z.strictObject({
    multiplier: z.number().min(1),
    cell: z.string().optional(),
    demand: z.int().optional(),
    supply: z.int().optional(),
  }),
});
const priced = { items: z.array(item), itemsTotal: money, deliveryFee: money, total: money, pricing };

/** What an order would cost, and until when that holds. */
export const quoteAnswer = z.strictObject({ ...priced, quoteId: z.string(), expiresAt: at });

/** An order in a list. */
const orderSummaryAnswer = z.strictObject({
  id: objectId,
  customerId: objectId,
  restaurantId: objectId,
  restaurantName: z.string(),
  restaurantCuisine: z.string(),
  restaurantOwnerId: objectId,
  restaurantLocation: geoPoint,
  deliveryLocation: geoPoint,
  ...priced,
  status,
  version: z.int(),
  driverId: objectId.optional(),
  driverUserId: objectId.optional(),
  payment: z.strictObject({ state: z.enum(['charging', 'charged', 'refunded', 'voided']) }).optional(),
  rating: z.strictObject({ stars: z.int().min(1).max(5), comment: z.string().optional(), at }).optional(),
  createdAt: at,
  updatedAt: at,
});

/** An order with everything that happened to it. */
export const orderAnswer = orderSummaryAnswer.extend({
  history: z.array(z.strictObject({ from: status.nullable(), to: status, at, by: objectId.nullable() })),
});

export const orderListAnswer = z.strictObject({
  items: z.array(
    orderSummaryAnswer.extend({
      restaurant: z.strictObject({ id: objectId, name: z.string().optional(), cuisine: z.string().optional() }),
    }),
  ),
  page: z.int(),
  limit: z.int(),
  total: z.int(),
  partial: z.literal(true).optional(),
  missing: z.array(objectId).optional(),
});
