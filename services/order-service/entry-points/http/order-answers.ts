import { geoPoint, money, objectId } from '@quickbite/shared/http';
import { z } from 'zod';
import { orderStatuses } from '../../domain/order-states.js';

const status = z.enum(orderStatuses);
const at = z.iso.datetime();
const item = z.strictObject({ menuItemId: objectId, name: z.string(), unitPrice: money, quantity: z.int() });

/** An order in a list. */
const orderSummaryAnswer = z.strictObject({
  id: objectId,
  customerId: objectId,
  restaurantId: objectId,
  restaurantName: z.string(),
  restaurantOwnerId: objectId,
  restaurantLocation: geoPoint,
  deliveryLocation: geoPoint,
  items: z.array(item),
  itemsTotal: money,
  deliveryFee: money,
  total: money,
  status,
  version: z.int(),
  driverId: objectId.optional(),
  driverUserId: objectId.optional(),
  payment: z.strictObject({ state: z.enum(['charging', 'charged', 'refunded', 'voided']) }).optional(),
  createdAt: at,
  updatedAt: at,
});

/** An order with everything that happened to it. */
export const orderAnswer = orderSummaryAnswer.extend({
  history: z.array(z.strictObject({ from: status.nullable(), to: status, at, by: objectId.nullable() })),
});

export const orderListAnswer = z.strictObject({
  items: z.array(orderSummaryAnswer),
  page: z.int(),
  limit: z.int(),
  total: z.int(),
});
