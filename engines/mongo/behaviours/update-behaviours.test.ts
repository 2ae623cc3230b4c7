import { Decimal128, Double, Int32, Long, Timestamp, type UpdateOptions } from 'mongodb';
import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Every update operator, positional paths, replacements and pipelines. */
export function updateBehaviours({ c, index }: Fixture): void {
  /** What is left of a document after a change, without its `_id`. */
  const changed = async (before: object, change: object, options: UpdateOptions & { filter?: object } = {}) => {
    const { filter = {}, ...rest } = options;
    await c().insertOne({ _id: 1, ...before });
    await c().updateOne({ _id: 1, ...filter }, change, rest);
    return c().findOne({ _id: 1 }, { projection: { _id: 0 } });
  };
  const refused = async (before: object, change: object, code: number) => {
    await expect(changed(before, change)).rejects.toMatchObject({ code });
    expect(await c().findOne({ _id: 1 }, { projection: { _id: 0 } })).toEqual(before);
  };

  describe('field operators', () => {
    manual('reference/operator/update/set', '$set sets fields and makes the documents on the way', async () => {
      expect(await changed({ a: 1 }, { $set: { a: 2, 'b.c.d': 3, 'list.0': 1 } })).toEqual({
        a: 2,
        b: { c: { d: 3 } },
        list: { 0: 1 },
      });
    });
    manual('reference/operator/update/set', '$set adds new fields in the order of their names', async () => {
      expect(Object.keys((await changed({}, { $set: { z: 1, b: 1 }, $inc: { a: 1 } })) ?? {})).toEqual(['a', 'b', 'z']);
    });
    manual('reference/operator/update/set', '$set pads an array with null up to a new element', async () => {
      expect(await changed({ list: [1] }, { $set: { 'list.3': 4 } })).toEqual({ list: [1, null, null, 4] });
    });
    manual('reference/operator/update/unset', '$unset removes fields, and nulls elements of arrays', async () => {
      expect(
        await changed({ a: 1, b: { c: 1, d: 1 }, list: [1, 2] }, { $unset: { a: '', 'b.c': '', 'list.0': '' } }),
      ).toEqual({ b: { d: 1 }, list: [null, 2] });
    });
    manual('reference/operator/update/inc', '$inc adds, from nothing too', async () => {
      expect(await changed({ n: 1 }, { $inc: { n: -3, fresh: 2.5 } })).toEqual({ n: -2, fresh: 2.5 });
    });
    manual(
      'reference/operator/update/inc',
      '$inc keeps numeric types: an int that overflows becomes a long',
      async () => {
        await changed(
          { i: new Int32(2_147_483_647), d: new Double(1), m: Decimal128.fromString('0.1') },
          { $inc: { i: 1, d: 1, m: Decimal128.fromString('0.2') } },
        );
        const exact = await c().findOne({}, { promoteValues: false });
        expect(exact?.['i']).toEqual(Long.fromString('2147483648'));
        expect(exact?.['d']).toBeInstanceOf(Double);
        expect(String(exact?.['m'])).toBe('0.3');
      },
    );
    manual('reference/operator/update/inc', '$inc refuses what is not a number', () =>
      refused({ name: 'x' }, { $inc: { name: 1 } }, 14),
    );
    manual('reference/operator/update/mul', '$mul multiplies, nothing to 0', async () => {
      expect(await changed({ n: 4 }, { $mul: { n: 2.5, none: 3 } })).toEqual({ n: 10, none: 0 });
    });
    manual('reference/operator/update/min', '$min and $max compare by type and value', async () => {
      expect(
        await changed({ low: 5, high: 5, word: 'x' }, { $min: { low: 3, high: 9, word: 7 }, $max: { top: 1 } }),
      ).toEqual({ low: 3, high: 5, word: 7, top: 1 });
    });
    manual('reference/operator/update/rename', '$rename moves a value, over another if need be', async () => {
      expect(await changed({ a: 1, b: { c: 2 }, d: 3 }, { $rename: { a: 'e.f', 'b.c': 'd', none: 'x' } })).toEqual({
        b: {},
        e: { f: 1 },
        d: 2,
      });
    });
    manual('reference/operator/update/currentDate', '$currentDate sets a date or a timestamp', async () => {
      const found = await changed({}, { $currentDate: { at: true, stamp: { $type: 'timestamp' } } });
      const [at, stamp] = [found?.['at'] as Date, found?.['stamp'] as unknown];
      expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
      expect(stamp).toBeInstanceOf(Timestamp);
    });
    manual('reference/operator/update/bit', '$bit combines integers by and, or, xor', async () => {
      expect(await changed({ a: 6, o: 6, x: 6 }, { $bit: { a: { and: 3 }, o: { or: 9 }, x: { xor: 3 } } })).toEqual({
        a: 2,
        o: 15,
        x: 5,
      });
    });
  });

  describe('array operators', () => {
    manual('reference/operator/update/push', '$push appends one value, an array as one', async () => {
      expect(await changed({ a: [1] }, { $push: { a: [2], fresh: 1 } })).toEqual({ a: [1, [2]], fresh: [1] });
    });
    manual('reference/operator/update/push', '$push takes $each, $position, $slice and $sort', async () => {
      const change = {
        $push: {
          a: { $each: [9, 8], $position: 0, $slice: 4 },
          d: { $each: [{ n: 0 }], $sort: { n: 1 } },
          last: { $each: [4], $slice: -2 },
          down: { $each: [2], $sort: -1 },
        },
      };
      const before = { a: [1, 2, 3, 4], d: [{ n: 2 }, { n: 1 }], last: [1, 2, 3], down: [1, 3] };
      expect(await changed(before, change)).toEqual({
        a: [9, 8, 1, 2],
        d: [{ n: 0 }, { n: 1 }, { n: 2 }],
        last: [3, 4],
        down: [3, 2, 1],
      });
    });
    manual('reference/operator/update/push', '$push refuses a field that is no array', () =>
      refused({ name: 'x' }, { $push: { name: 1 } }, 2),
    );
    manual(
      'reference/operator/update/addToSet',
      '$addToSet adds what is not there, whole documents in field order',
      async () => {
        expect(
          await changed(
            { a: [1, { x: 1, y: 2 }] },
            { $addToSet: { a: { $each: [1, 2, { x: 1, y: 2 }, { y: 2, x: 1 }] } } },
          ),
        ).toEqual({ a: [1, { x: 1, y: 2 }, 2, { y: 2, x: 1 }] });
      },
    );
    manual('reference/operator/update/pop', '$pop takes the first or the last', async () => {
      expect(await changed({ a: [1, 2, 3], b: [1, 2, 3] }, { $pop: { a: -1, b: 1 } })).toEqual({
        a: [2, 3],
        b: [1, 2],
      });
    });
    manual('reference/operator/update/pull', '$pull removes by value, by condition, by fields', async () => {
      expect(
        await changed(
          { a: [1, 5, 9], d: [{ n: 1, k: 'x' }, { n: 2 }], s: ['ab', 'c'] },
          { $pull: { a: { $gte: 5 }, d: { n: 1 }, s: /^a/ } },
        ),
      ).toEqual({ a: [1], d: [{ n: 2 }], s: ['c'] });
    });
    manual('reference/operator/update/pullAll', '$pullAll removes each of the values', async () => {
      expect(await changed({ a: [0, 2, 5, 5, 1, 0] }, { $pullAll: { a: [0, 5] } })).toEqual({ a: [2, 1] });
    });
  });

  describe('paths into arrays', () => {
    const items = [
      { sku: 'a', qty: 1 },
      { sku: 'b', qty: 2 },
      { sku: 'c', qty: 3 },
    ];
    manual('reference/operator/update/positional', '$ is the element that the filter matched', async () => {
      expect(await changed({ items }, { $set: { 'items.$.qty': 20 } }, { filter: { 'items.sku': 'b' } })).toMatchObject(
        { items: [{ qty: 1 }, { qty: 20 }, { qty: 3 }] },
      );
    });
    manual('reference/operator/update/positional', '$ follows $elemMatch', async () => {
      expect(
        await changed(
          { items },
          { $inc: { 'items.$.qty': 1 } },
          { filter: { items: { $elemMatch: { qty: { $gt: 1 }, sku: 'c' } } } },
        ),
      ).toMatchObject({ items: [{ qty: 1 }, { qty: 2 }, { qty: 4 }] });
    });
    manual('reference/operator/update/positional', '$ without a match in the filter is refused', () =>
      refused({ items }, { $set: { 'items.$.qty': 0 } }, 2),
    );
    manual('reference/operator/update/positional-all', '$[] is every element, also of nested arrays', async () => {
      expect(await changed({ rows: [{ v: [1, 2] }, { v: [3] }] }, { $inc: { 'rows.$[].v.$[]': 10 } })).toEqual({
        rows: [{ v: [11, 12] }, { v: [13] }],
      });
    });
    manual(
      'reference/operator/update/positional-filtered',
      '$[name] is every element that its array filter matches',
      async () => {
        expect(
          await changed(
            { items },
            { $set: { 'items.$[big].sku': 'big' } },
            { arrayFilters: [{ 'big.qty': { $gt: 1 } }] },
          ),
        ).toMatchObject({ items: [{ sku: 'a' }, { sku: 'big' }, { sku: 'big' }] });
      },
    );
    manual('reference/operator/update/positional-filtered', 'several array filters work on one path', async () => {
      const before = {
        rows: [
          { k: 1, v: [1, 5] },
          { k: 2, v: [1, 5] },
        ],
      };
      expect(
        await changed(before, { $set: { 'rows.$[r].v.$[n]': 0 } }, { arrayFilters: [{ 'r.k': 2 }, { n: { $gt: 1 } }] }),
      ).toEqual({
        rows: [
          { k: 1, v: [1, 5] },
          { k: 2, v: [1, 0] },
        ],
      });
    });
    manual('reference/operator/update/positional-filtered', '$[name] without a filter of that name is refused', () =>
      refused({ items }, { $set: { 'items.$[x].qty': 0 } }, 2),
    );
  });

  describe('updates', () => {
    manual('reference/method/db.collection.updateOne', 'say how many they matched and changed', async () => {
      await c().insertMany([
        { _id: 1, v: 1 },
        { _id: 2, v: 2 },
        { _id: 3, v: 2 },
      ]);
      expect(await c().updateOne({ v: 2 }, { $set: { w: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
      expect(await c().updateMany({ v: 2 }, { $set: { w: 1 } })).toMatchObject({ matchedCount: 2, modifiedCount: 1 });
      expect(await c().updateMany({}, { $inc: { v: 1 } })).toMatchObject({ matchedCount: 3, modifiedCount: 3 });
    });
    manual('reference/command/update', 'of conflicting paths are refused', () =>
      refused({ a: 1 }, { $set: { b: 1, 'b.c': 2 } }, 40),
    );
    manual('reference/command/update', 'of _id are refused', () => refused({ a: 1 }, { $set: { _id: 2 } }, 66));
    manual('reference/command/update', 'below a value that is no document are refused', () =>
      refused({ name: 'x' }, { $set: { 'name.first': 2 } }, 28),
    );
    manual('reference/operator/update', 'with an unknown operator are refused', () =>
      refused({ a: 1 }, { $frobnicate: { a: 1 } }, 9),
    );
    manual('reference/method/db.collection.replaceOne', 'replace all but _id', async () => {
      await c().insertOne({ _id: 1, a: 1, b: 2 });
      expect(await c().replaceOne({ a: 1 }, { only: 'this' })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
      expect(await c().findOne()).toEqual({ _id: 1, only: 'this' });
    });
    manual(
      'tutorial/update-documents-with-aggregation-pipeline',
      'by a pipeline compute from the document, and see variables',
      async () => {
        const pipeline = [{ $set: { total: { $multiply: ['$price', '$qty'] }, from: '$$source' } }, { $unset: 'qty' }];
        await c().insertOne({ _id: 1, price: 4, qty: 2 });
        await c().updateOne({ _id: 1 }, pipeline, { let: { source: 'menu' } });
        expect(await c().findOne()).toEqual({ _id: 1, price: 4, total: 8, from: 'menu' });
        await c().updateOne({ _id: 1 }, [{ $replaceWith: { _id: 1, total: '$total' } }]);
        expect(await c().findOne()).toEqual({ _id: 1, total: 8 });
      },
    );
    manual('reference/method/db.collection.updateOne', 'go by a hint', async () => {
      await c().insertOne({ _id: 1, a: 1 });
      await index({ a: 1 });
      expect(await c().updateOne({ a: 1 }, { $set: { b: 1 } }, { hint: 'a_1' })).toMatchObject({ modifiedCount: 1 });
      await expect(c().updateOne({ a: 1 }, { $set: { b: 2 } }, { hint: 'none' })).rejects.toMatchObject({ code: 2 });
    });
  });
}
