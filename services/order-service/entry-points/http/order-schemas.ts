import { geoPoint, objectId, pageQuery } from '@quickbite/shared/http';
import { z } from 'zod';
import { requestableStatuses } from '../../domain/order-states.js';

const MAX_ITEMS = 50;
const MAX_QUANTITY = 99;
const MAX_COMMENT = 500;

export const orderPath = z.object({ id: objectId });
export const listQuery = pageQuery.strict();

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string('expected the header Idempotency-Key, a value of your own for this one order, e.g. a UUID')
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters'),
});

const basket = {
  restaurantId: objectId,
  items: z
    .array(z.strictObject({ menuItemId: objectId, quantity: z.int().min(1).max(MAX_QUANTITY) }))
    .min(1)
    .max(MAX_ITEMS)
    .refine(
      (items) => new Set(items.map(({ menuItemId }) => menuItemId)).size === items.length,
      'expected each menu item once, with its quantity',
    ),
  deliveryLocation: geoPoint,
};
export const quoteBody = z.strictObject(basket);
export const orderBody = z.strictObject({ ...basket, quoteId: z.string().min(1).max(1000).optional() });

export const paymentBody = z.strictObject({ paymentToken: z.string().min(1).max(200) });
export const ratingBody = z.strictObject({
  stars: z.int().min(1).max(5),
  comment: z.string().trim().min(1).max(MAX_COMMENT).exactOptional(),
});
export const moveBody = z.strictObject({ to: z.enum(requestableStatuses), version: z.int().min(1) });
