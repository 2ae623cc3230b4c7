import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors/index.js';
import { geoPoint, money, objectId, pageQuery, parse } from './index.js';

const body = z.strictObject({ name: z.string(), items: z.array(z.strictObject({ quantity: z.int().min(1) })) });

function refusal(schema: z.ZodType, value: unknown): AppError {
  try {
    parse(schema, value, 'body');
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('expected an AppError');
}

describe('parsing a request', () => {
  it('names each field that is wrong, by its path', () => {
    const error = refusal(body, { name: 1, items: [{ quantity: 1 }, { quantity: 0 }] });
    expect(error.slug).toBe('invalid-request');
    expect(error.fields.map(({ path }) => path)).toEqual(['name', 'items.1.quantity']);
    expect(error.message).toMatch(/^The body is not valid\. name: .*; items\.1\.quantity: /);
  });

  it('refuses fields that nobody asked for, so that none is assigned by accident', () => {
    expect(refusal(body, { name: 'x', items: [], role: 'admin' }).message).toContain('role');
  });

  it.each([undefined, null, 'text', []])('refuses %o where an object belongs', (value) => {
    expect(refusal(body, value).slug).toBe('invalid-request');
  });

  it.each([{ $ne: null }, 'abc', 'A'.repeat(24), `${'a'.repeat(24)} `, ['a'.repeat(24)]])(
    'does not take %o for an id',
    (value) => expect(objectId.safeParse(value).success).toBe(false),
  );

  it.each([
    { type: 'Point', coordinates: [181, 0] },
    { type: 'Point', coordinates: [0, 91] },
    { type: 'Point', coordinates: [0] },
    { type: 'Point', coordinates: [0, 0, 0] },
    { type: 'Point', coordinates: [Number.NaN, 0] },
    { type: 'Polygon', coordinates: [0, 0] },
  ])('does not take %o for a position', (value) => expect(geoPoint.safeParse(value).success).toBe(false));

  it.each([
    { amount: 12.5, currency: 'EUR' },
    { amount: -1, currency: 'EUR' },
    { amount: 1, currency: 'eur' },
    { amount: '1', currency: 'EUR' },
    { amount: 2 ** 53, currency: 'EUR' },
  ])('does not take %o for money', (value) => expect(money.safeParse(value).success).toBe(false));

  it('reads a page of twenty unless asked for another, and never for everything', () => {
    expect(pageQuery.parse({})).toEqual({ page: 1, limit: 20 });
    expect(pageQuery.parse({ page: '3', limit: '100' })).toEqual({ page: 3, limit: 100 });
    for (const query of [{ limit: '101' }, { limit: '0' }, { page: '0' }, { page: '1.5' }, { page: ['1', '2'] }])
      expect(pageQuery.safeParse(query).success).toBe(false);
  });
});
