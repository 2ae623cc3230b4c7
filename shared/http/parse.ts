import { z } from 'zod';
import { AppError } from '../errors/index.js';

/**
 * Parses one part of a request at the edge; from there on its type is known.
 * @throws AppError `invalid-request` naming every field that is wrong
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: 'body' | 'query' | 'path' | 'header',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const named = fields.map((field) => (field.path ? `${field.path}: ${field.message}` : field.message)).join('; ');
  throw new AppError('invalid-request', `The ${part} is not valid. ${named}.`, { fields });
}

/** A MongoDB ObjectId in its text form. */
export const objectId = z.string().regex(/^[0-9a-f]{24}$/, 'expected 24 hexadecimal digits');

/** A position on Earth, GeoJSON: longitude first. */
export const geoPoint = z.strictObject({
  type: z.literal('Point'),
  coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
});
export type GeoPoint = z.infer<typeof geoPoint>;

/** An amount in minor units (cents) of a currency (ISO 4217). */
export const money = z.strictObject({ amount: z.int().min(0), currency: z.string().regex(/^[A-Z]{3}$/) });
export type Money = z.infer<typeof money>;

/** `?page=1&limit=20`; at most 100 a page. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
}
