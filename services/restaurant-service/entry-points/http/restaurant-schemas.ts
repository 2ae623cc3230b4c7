import { geoPoint, money, objectId, pageQuery } from '@quickbite/shared/http';
import { z } from 'zod';

const MAX_MENU_ITEMS = 200;

const name = z.string().trim().min(1).max(100);
const description = z.string().trim().max(500);
/** Lower case, so that a filter finds `Thai` and `thai` alike. */
const cuisine = z.string().trim().toLowerCase().min(1).max(40);
const newItem = z.strictObject({ name, price: money });
const menuOf = <Item extends z.ZodType<z.infer<typeof newItem>>>(item: Item): z.ZodType<z.output<Item>[]> =>
  z
    .array(item)
    .max(MAX_MENU_ITEMS)
    .refine(
      (items) => new Set(items.map(({ price }) => price.currency)).size <= 1,
      'expected one currency for all prices',
    );

export const restaurantPath = z.object({ id: objectId });
export const listQuery = pageQuery.extend({ cuisine: cuisine.optional() }).strict();
/** Case and spacing do not change what a text search finds, so they must not make another cache key either. */
export const searchQuery = pageQuery
  .extend({
    q: z
      .string()
      .max(100)
      .transform((text) => text.trim().toLowerCase().replace(/\s+/g, ' '))
      .pipe(z.string().min(1, 'expected some words to search for')),
  })
  .strict();

export const draftBody = z.strictObject({
  name,
  description: description.default(''),
  cuisine,
  location: geoPoint,
  menu: menuOf(newItem),
});

export const changeBody = z
  .strictObject({
    name: name.exactOptional(),
    description: description.exactOptional(),
    cuisine: cuisine.exactOptional(),
    menu: menuOf(newItem.extend({ id: objectId.optional() })).exactOptional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'expected at least one of name, description, cuisine, menu');
