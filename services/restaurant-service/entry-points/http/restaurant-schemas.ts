import { geoPoint, money, objectId, pageQuery } from '@quickbite/shared/http';
import { z } from 'zod';

const MAX_MENU_ITEMS = 200;
const MAX_BATCH = 100;
/** Metres. Nobody is delivered to from farther away. */
const RADIUS = { default: 5000, max: 50_000 } as const;

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
export const ownerListQuery = pageQuery.strict();
export const listQuery = pageQuery.extend({ cuisine: cuisine.optional() }).strict();
/** Case and spacing do not change what a text search finds, so they must not make another cache key either. */
export const searchQuery = pageQuery
  .extend({
    q: z
      .string()
      .max(100)
      .transform((text) => text.trim().toLowerCase().replace(/\s+/g, ' '))
      .pipe(z.string().min(1, 'expected some words to search for')),
    cuisine: cuisine.optional(),
  })
  .strict();

/** Rounded to about 10 m, so that people who stand together share a copy. */
const degrees = (max: number) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'expected degrees, for example 13.405')
    .transform((text) => Number(Number(text).toFixed(4)))
    .pipe(z.number().min(-max).max(max));
export const nearbyQuery = pageQuery
  .extend({
    lng: degrees(180),
    lat: degrees(90),
    radius: z.coerce.number().int().min(1).max(RADIUS.max).default(RADIUS.default),
    cuisine: cuisine.optional(),
  })
  .strict();

export const batchQuery = z.strictObject({
  ids: z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(objectId).max(MAX_BATCH)),
});

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
