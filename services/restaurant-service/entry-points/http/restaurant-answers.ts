import { geoPoint, money, objectId } from '@quickbite/shared/http';
import { z } from 'zod';

const summary = z.strictObject({
  id: objectId,
  ownerId: objectId,
  name: z.string(),
  description: z.string(),
  cuisine: z.string(),
  location: geoPoint,
  rating: z.number().min(0).max(5).nullable(),
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), page: z.int(), limit: z.int(), total: z.int().min(0) });

export const restaurantAnswer = summary.extend({
  menu: z.array(z.strictObject({ id: objectId, name: z.string(), price: money })),
});
export const listAnswer = pageOf(summary);
export const searchAnswer = pageOf(summary.extend({ score: z.number().positive() }));
export const nearbyAnswer = pageOf(summary.extend({ distance: z.number().min(0) }));
export const batchAnswer = z.strictObject({ items: z.array(restaurantAnswer), missing: z.array(objectId) });
