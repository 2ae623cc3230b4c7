import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Storing, finding, sorting and projecting. */
export function documentBehaviours({ c, db, index }: Fixture): void {
  const ids = async (filter: object, options: object = {}) =>
    (await c().find(filter, options).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

  describe('documents', () => {
    manual('reference/bson-types', 'come back with the BSON types that they were stored with', async () => {
      const values = {
        int: new Int32(3),
        double: new Double(3),
        long: Long.fromString('9007199254740993'),
        decimal: Decimal128.fromString('3.10'),
        date: new Date(5),
        id: new ObjectId(),
        uuid: new UUID(),
        binary: new Binary(Buffer.from([1, 2])),
        timestamp: new Timestamp({ t: 1, i: 2 }),
        least: new MinKey(),
        most: new MaxKey(),
      };
      await c().insertOne({ _id: 1, ...values });
      await c().updateOne({ _id: 1 }, { $set: { touched: true } });
      const found = await c().findOne({}, { promoteValues: false, projection: { _id: 0, touched: 0 } });
      expect(found).toEqual(values);
      expect(found?.['int']).toBeInstanceOf(Int32);
      expect(found?.['double']).toBeInstanceOf(Double);
    });

    manual('core/document', 'get an ObjectId as their _id where they have none, and keep _id in front', async () => {
      await db().command({ insert: 'c', documents: [{ a: 1 }, { b: 1, _id: 7 }] });
      const [first, second] = await c().find().toArray();
      expect(first?._id).toBeInstanceOf(ObjectId);
      expect(Object.keys(second ?? {})).toEqual(['_id', 'b']);
    });

    manual('core/document', 'cannot have an array as their _id', async () => {
      await expect(
        db()
          .collection('c')
          .insertOne({ _id: [1] as never }),
      ).rejects.toMatchObject({ code: 53 });
    });

    manual('reference/limits', 'larger than 16 MB are refused, inserted or grown', async () => {
      const eightMb = 'x'.repeat(8 << 20);
      await c().insertOne({ _id: 1, text: eightMb });
      await expect(c().updateOne({ _id: 1 }, { $set: { more: `${eightMb}x` } })).rejects.toMatchObject({
        code: 17419,
      });
      expect(await c().findOne({}, { projection: { more: 1 } })).toEqual({ _id: 1 });
    });
  });

  describe('filters', () => {
    const insertItems = () =>
      c().insertMany([
        { _id: 1, price: 5, cost: 7, tags: ['hot'], name: 'Soup', size: { h: 1, w: 2 } },
        {
          _id: 2,
          price: 9,
          cost: 3,
          tags: ['hot', 'new'],
          name: 'Salad',
          lines: [
            { n: 1, k: 'a' },
            { n: 5, k: 'b' },
          ],
        },
        { _id: 3, price: 12, cost: 3, tags: [], name: 'Steak', none: null, bits: 6 },
      ]);

    manual('reference/operator/query-comparison', 'compare: $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin', async () => {
      await insertItems();
      expect(await ids({ price: { $gt: 5, $lte: 12 } })).toEqual([2, 3]);
      expect(await ids({ price: { $gte: 9, $lt: 12 } })).toEqual([2]);
      expect(await ids({ price: { $ne: 9 } })).toEqual([1, 3]);
      expect(await ids({ price: { $in: [5, 12, 99] } })).toEqual([1, 3]);
      expect(await ids({ price: { $nin: [5, 12] } })).toEqual([2]);
      expect(await ids({ size: { $eq: { h: 1, w: 2 } } })).toEqual([1]);
    });

    manual('reference/method/db.collection.find#type-bracketing', 'compare within a type only', async () => {
      await c().insertMany([
        { _id: 1, v: 5 },
        { _id: 2, v: '5' },
        { _id: 3, v: new Date(5) },
        { _id: 4, v: Long.fromNumber(5) },
      ]);
      expect(await ids({ v: { $gte: 5 } })).toEqual([1, 4]);
      expect(await ids({ v: { $gt: '' } })).toEqual([2]);
    });

    manual('reference/operator/query-logical', 'combine: $and, $or, $nor, $not', async () => {
      await insertItems();
      expect(await ids({ $or: [{ price: 5 }, { tags: 'new' }] })).toEqual([1, 2]);
      expect(await ids({ $and: [{ cost: 3 }, { price: { $gt: 9 } }] })).toEqual([3]);
      expect(await ids({ $nor: [{ price: 5 }, { tags: 'new' }] })).toEqual([3]);
      expect(await ids({ price: { $not: { $gt: 9 } } })).toEqual([1, 2]);
    });

    manual('tutorial/query-for-null-fields', 'find missing and null fields by null', async () => {
      await insertItems();
      expect(await ids({ none: null })).toEqual([1, 2, 3]);
      expect(await ids({ none: { $type: 'null' } })).toEqual([3]);
      expect(await ids({ none: { $exists: false } })).toEqual([1, 2]);
    });

    manual('reference/operator/query-array', 'look into arrays: $all, $size, $elemMatch', async () => {
      await insertItems();
      expect(await ids({ tags: { $all: ['hot', 'new'] } })).toEqual([2]);
      expect(await ids({ tags: { $size: 0 } })).toEqual([3]);
      expect(await ids({ lines: { $elemMatch: { n: { $gt: 1 }, k: 'a' } } })).toEqual([]);
      expect(await ids({ 'lines.n': { $gt: 1 }, 'lines.k': 'a' })).toEqual([2]);
      expect(await ids({ 'lines.1.k': 'b' })).toEqual([2]);
    });

    manual('reference/operator/query/regex', 'match regular expressions with options', async () => {
      await insertItems();
      expect(await ids({ name: /^s[ao]/i })).toEqual([1, 2]);
      expect(await ids({ name: { $regex: 'AK$', $options: 'i' } })).toEqual([3]);
      expect(await ids({ name: { $not: /^S/ } })).toEqual([]);
    });

    manual(
      'reference/operator/query/expr',
      'compare fields with each other by $expr, and with variables of let',
      async () => {
        await insertItems();
        expect(await ids({ $expr: { $gt: ['$cost', '$price'] } })).toEqual([1]);
        expect(await ids({ $expr: { $eq: ['$price', '$$wanted'] } }, { let: { wanted: 9 } })).toEqual([2]);
      },
    );

    manual('reference/operator/query/mod', 'compute: $mod and $bitsAllSet', async () => {
      await insertItems();
      expect(await ids({ price: { $mod: [3, 0] } })).toEqual([2, 3]);
      expect(await ids({ bits: { $bitsAllSet: 2 } })).toEqual([3]);
    });

    manual('reference/operator/query', 'with an unknown operator are refused', async () => {
      await expect(c().findOne({ a: { $frobnicate: 1 } })).rejects.toMatchObject({ code: 2, codeName: 'BadValue' });
    });
  });

  describe('results', () => {
    manual('reference/method/cursor.sort', 'are sorted across types in the order of BSON', async () => {
      const values = [{ a: 1 }, 'x', 3, null, true, new Date(0), [9], new ObjectId()];
      await c().insertMany(values.map((v, _id) => ({ _id, v })));
      const sorted = await c().find().sort({ v: 1, _id: 1 }).toArray();
      expect(sorted.map(({ _id }) => _id)).toEqual([3, 2, 6, 1, 0, 7, 4, 5]);
      const reversed = await c().find().sort({ v: -1, _id: 1 }).toArray();
      expect(reversed.map(({ _id }) => _id)).toEqual([5, 4, 7, 0, 1, 6, 2, 3]);
    });

    manual('reference/method/cursor.sort', 'with arrays go by the least element up and the greatest down', async () => {
      await c().insertMany([
        { _id: 1, v: [1, 9] },
        { _id: 2, v: [4, 5] },
      ]);
      expect((await c().find().sort({ v: 1 }).toArray())[0]?._id).toBe(1);
      expect((await c().find().sort({ v: -1 }).toArray())[0]?._id).toBe(1);
    });

    manual('reference/method/cursor.skip', 'are skipped and limited after sorting', async () => {
      await c().insertMany([5, 3, 1, 4, 2].map((_id) => ({ _id })));
      expect(await c().find().sort({ _id: -1 }).skip(1).limit(2).toArray()).toEqual([{ _id: 4 }, { _id: 3 }]);
    });

    manual('tutorial/project-fields-from-query-results', 'keep or leave out fields, also embedded ones', async () => {
      await c().insertOne({ _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }], d: 1 });
      const one = (projection: object) => c().findOne({}, { projection });
      expect(await one({ 'a.b': 1, 'list.x': 1, _id: 0 })).toEqual({ a: { b: 1 }, list: [{ x: 1 }] });
      expect(await one({ a: 0, 'list.y': 0 })).toEqual({ _id: 1, list: [{ x: 1 }], d: 1 });
      expect(await one({ a: { c: 1 } })).toEqual({ _id: 1, a: { c: 2 } });
      expect(await one({ _id: 1 })).toEqual({ _id: 1 });
    });

    manual('reference/method/db.collection.find#projection', 'cannot be projected both ways at once', async () => {
      await c().insertOne({ _id: 1 });
      await expect(c().findOne({}, { projection: { a: 1, b: 0 } })).rejects.toMatchObject({ code: 31254 });
      await expect(c().findOne({}, { projection: { a: 0, b: 1 } })).rejects.toMatchObject({ code: 31253 });
    });

    manual(
      'reference/operator/projection/positional',
      'show the element that matched by $, or by $elemMatch',
      async () => {
        await c().insertOne({ _id: 1, list: [{ x: 1 }, { x: 2 }, { x: 3 }] });
        const one = (filter: object, projection: object) => c().findOne(filter, { projection });
        expect(await one({ 'list.x': 2 }, { 'list.$': 1 })).toEqual({ _id: 1, list: [{ x: 2 }] });
        expect(await one({}, { list: { $elemMatch: { x: { $gt: 1 } } } })).toEqual({ _id: 1, list: [{ x: 2 }] });
      },
    );

    manual('reference/operator/projection/slice', 'cut arrays by $slice', async () => {
      await c().insertOne({ _id: 1, list: [1, 2, 3, 4] });
      const one = (projection: object) => c().findOne({}, { projection: { _id: 0, ...projection } });
      expect(await one({ list: { $slice: 2 } })).toEqual({ list: [1, 2] });
      expect(await one({ list: { $slice: -1 } })).toEqual({ list: [4] });
      expect(await one({ list: { $slice: [1, 2] } })).toEqual({ list: [2, 3] });
    });

    manual('reference/method/db.collection.find#agg-expressions', 'have computed fields', async () => {
      await c().insertOne({ _id: 1, a: 2, b: 3 });
      expect(await c().findOne({}, { projection: { product: { $multiply: ['$a', '$b'] } } })).toEqual({
        _id: 1,
        product: 6,
      });
    });
  });

  describe('collation', () => {
    const collation = { locale: 'en', strength: 2 } as const;

    manual(
      'reference/collation',
      'of strength 2 compares without case, of strength 1 without accents too',
      async () => {
        await c().insertMany([
          { _id: 1, v: 'Crème' },
          { _id: 2, v: 'CRÈME' },
          { _id: 3, v: 'creme' },
        ]);
        expect(await c().countDocuments({ v: 'crème' })).toBe(0);
        expect(await c().countDocuments({ v: 'crème' }, { collation })).toBe(2);
        expect(await c().countDocuments({ v: 'crème' }, { collation: { locale: 'en', strength: 1 } })).toBe(3);
        expect(await c().distinct('v', {}, { collation })).toHaveLength(2);
      },
    );

    manual('reference/collation', 'sorts without regard to case', async () => {
      await c().insertMany(['b', 'A', 'C'].map((v, _id) => ({ _id, v })));
      const sorted = async (options: object) =>
        (await c().find({}, options).sort({ v: 1 }).toArray()).map(({ v }) => v as string);
      expect(await sorted({})).toEqual(['A', 'C', 'b']);
      expect(await sorted({ collation })).toEqual(['A', 'b', 'C']);
    });

    manual('core/index-case-insensitive', 'of a unique index refuses a key that differs in case only', async () => {
      await index({ email: 1 }, { unique: true, collation });
      await c().insertOne({ _id: 1, email: 'Ann@Example.com' });
      await expect(c().insertOne({ _id: 2, email: 'ANN@EXAMPLE.COM' })).rejects.toMatchObject({ code: 11000 });
      const plan = JSON.stringify(await c().find({ email: 'ann@example.com' }, { collation }).explain());
      expect(plan).toContain('IXSCAN');
      expect(JSON.stringify(await c().find({ email: 'ann@example.com' }).explain())).toContain('COLLSCAN');
    });

    manual('core/index-case-insensitive', 'of a collection is what its queries and indexes go by', async () => {
      const users = await db().createCollection('users', { collation });
      await users.insertOne({ name: 'Ann' });
      expect(await users.countDocuments({ name: 'ANN' })).toBe(1);
      expect(await users.countDocuments({ name: 'ANN' }, { collation: { locale: 'simple' } })).toBe(0);
      await users.createIndex({ name: 1 }, { unique: true }, {});
      await expect(users.insertOne({ name: 'ann' })).rejects.toMatchObject({ code: 11000 });
    });
  });
}
