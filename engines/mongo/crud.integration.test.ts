import { Decimal128, Double, Int32, Long, MongoServerError, ObjectId, type Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useServer } from './testing/server-fixture.test.js';

const server = useServer();

interface Loose extends Document {
  _id: number;
}

describe('documents', () => {
  it('come back with the BSON types that they were stored with', async () => {
    const orders = server.db().collection('orders');
    const document = {
      _id: new ObjectId(),
      i: new Int32(3),
      d: new Double(3),
      l: Long.fromNumber(3),
      m: Decimal128.fromString('3.10'),
      at: new Date(5),
      re: /a/i,
    };
    await orders.insertOne(document);
    await orders.updateOne({ _id: document._id }, { $set: { touched: true } });
    const found = await orders.findOne({}, { promoteValues: false });
    expect(found?.['i']).toBeInstanceOf(Int32);
    expect(found?.['d']).toBeInstanceOf(Double);
    expect(found?.['l']).toBeInstanceOf(Long);
    expect(String(found?.['m'])).toBe('3.10');
    expect(found?.['at']).toEqual(new Date(5));
  });

  it('are found by comparisons, logic, arrays, regular expressions and $expr', async () => {
    const items = server
      .db()
      .collection<{ _id: number; price: number; cost: number; tags: string[]; name: string }>('items');
    await items.insertMany([
      { _id: 1, price: 5, cost: 7, tags: ['hot'], name: 'Soup' },
      { _id: 2, price: 9, cost: 3, tags: ['hot', 'new'], name: 'Salad' },
      { _id: 3, price: 12, cost: 3, tags: [], name: 'Steak' },
    ]);
    const ids = async (filter: object) => (await items.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await ids({ price: { $gt: 5, $lte: 12 } })).toEqual([2, 3]);
    expect(await ids({ $or: [{ price: 5 }, { tags: 'new' }] })).toEqual([1, 2]);
    expect(await ids({ tags: { $all: ['hot', 'new'] } })).toEqual([2]);
    expect(await ids({ tags: { $size: 0 } })).toEqual([3]);
    expect(await ids({ name: /^s[ao]/i })).toEqual([1, 2]);
    expect(await ids({ name: { $not: /^S/ } })).toEqual([]);
    expect(await ids({ $expr: { $gt: ['$cost', '$price'] } })).toEqual([1]);
    expect(await ids({ missing: null })).toEqual([1, 2, 3]);
  });

  it('are sorted, skipped, limited and projected', async () => {
    const items = server
      .db()
      .collection<{ _id: number; a: { b: number; c: number }; list: { x: number; y: number }[] }>('items');
    await items.insertMany([3, 1, 2].map((n) => ({ _id: n, a: { b: n, c: -n }, list: [{ x: n, y: n }] })));
    expect(
      await items
        .find({}, { projection: { 'a.b': 1, 'list.x': 1, _id: 0 } })
        .sort({ 'a.b': -1 })
        .skip(1)
        .limit(1)
        .toArray(),
    ).toEqual([{ a: { b: 2 }, list: [{ x: 2 }] }]);
    expect(await items.findOne({ _id: 1 }, { projection: { a: 0, 'list.y': 0 } })).toEqual({
      _id: 1,
      list: [{ x: 1 }],
    });
    expect(await items.findOne({ _id: 1 }, { projection: { double: { $multiply: ['$a.b', 2] } } })).toEqual({
      _id: 1,
      double: 2,
    });
    expect(await items.findOne({ 'list.x': 2 }, { projection: { 'list.$': 1 } })).toEqual({
      _id: 2,
      list: [{ x: 2, y: 2 }],
    });
  });

  it('compare strings without regard to case under a collation of strength 2', async () => {
    const users = server.db().collection('users');
    const collation = { locale: 'en', strength: 2 } as const;
    await users.createIndex({ email: 1 }, { unique: true, collation }, {});
    await users.insertOne({ email: 'Ann@Example.com' });
    expect(await users.countDocuments({ email: 'ann@example.com' })).toBe(0);
    expect(await users.countDocuments({ email: 'ann@example.com' }, { collation })).toBe(1);
    await expect(users.insertOne({ email: 'ANN@EXAMPLE.COM' })).rejects.toMatchObject({ code: 11000 });
  });
});

describe('updates', () => {
  it('apply the field operators with the right numeric types', async () => {
    const c = server.db().collection<Loose>('c');
    await c.insertOne({ _id: 1, int: new Int32(2_147_483_647), dbl: 1.5, min: 5, max: 5, old: 'x', gone: 1 });
    await c.updateOne(
      { _id: 1 },
      {
        $inc: { int: 1, dbl: 1, fresh: 2 },
        $mul: { none: 3 },
        $min: { min: 3 },
        $max: { max: 3 },
        $rename: { old: 'renamed' },
        $unset: { gone: '' },
        $currentDate: { at: true },
      },
    );
    const exact = await c.findOne({ _id: 1 }, { promoteValues: false });
    expect(exact?.['int']).toEqual(Long.fromString('2147483648'));
    expect(exact?.['dbl']).toBeInstanceOf(Double);
    const at = expect.any(Date) as unknown;
    expect(await c.findOne()).toEqual({
      _id: 1,
      at,
      int: 2_147_483_648,
      dbl: 2.5,
      min: 3,
      max: 5,
      renamed: 'x',
      fresh: 2,
      none: 0,
    });
  });

  it('apply the array operators', async () => {
    const c = server.db().collection<{ _id: number; a: number[]; d: { n: number }[] }>('c');
    await c.insertOne({ _id: 1, a: [1, 2, 3, 4], d: [{ n: 2 }, { n: 1 }] });
    await c.updateOne(
      { _id: 1 },
      { $push: { a: { $each: [9, 8], $position: 0, $slice: 4 }, d: { $each: [{ n: 0 }], $sort: { n: 1 } } } },
    );
    expect(await c.findOne()).toEqual({ _id: 1, a: [9, 8, 1, 2], d: [{ n: 0 }, { n: 1 }, { n: 2 }] });
    await c.updateOne({ _id: 1 }, { $pull: { a: { $gte: 8 }, d: { n: 1 } } });
    await c.updateOne({ _id: 1 }, { $addToSet: { a: { $each: [2, 5] } } });
    expect(await c.findOne()).toEqual({ _id: 1, a: [1, 2, 5], d: [{ n: 0 }, { n: 2 }] });
    await c.updateOne({ _id: 1 }, { $pop: { a: -1 }, $pullAll: { d: [{ n: 0 }] } });
    expect(await c.findOne()).toEqual({ _id: 1, a: [2, 5], d: [{ n: 2 }] });
  });

  it('reach array elements by $, $[] and $[name]', async () => {
    const c = server.db().collection<{ _id: number; items: { sku: string; qty: number }[] }>('c');
    await c.insertOne({
      _id: 1,
      items: [
        { sku: 'a', qty: 1 },
        { sku: 'b', qty: 2 },
        { sku: 'c', qty: 3 },
      ],
    });
    await c.updateOne({ 'items.sku': 'b' }, { $set: { 'items.$.qty': 20 } });
    await c.updateOne({ items: { $elemMatch: { sku: 'c', qty: 3 } } }, { $inc: { 'items.$.qty': 27 } });
    await c.updateOne({ _id: 1 }, { $inc: { 'items.$[].qty': 1 } });
    await c.updateOne(
      { _id: 1 },
      { $set: { 'items.$[big].sku': 'big' } },
      { arrayFilters: [{ 'big.qty': { $gt: 30 } }] },
    );
    expect((await c.findOne())?.items).toEqual([
      { sku: 'a', qty: 2 },
      { sku: 'b', qty: 21 },
      { sku: 'big', qty: 31 },
    ]);
  });

  it('replace documents, and run pipelines that keep the types of what they leave alone', async () => {
    const c = server.db().collection<Loose>('c');
    await c.insertOne({ _id: 1, price: new Double(4), qty: 2 });
    await c.updateOne({ _id: 1 }, [{ $set: { total: { $multiply: ['$price', '$qty'] } } }]);
    const exact = await c.findOne({}, { promoteValues: false });
    expect(exact?.['price']).toBeInstanceOf(Double);
    expect(await c.findOne()).toEqual({ _id: 1, price: 4, qty: 2, total: 8 });
    expect(await c.replaceOne({ _id: 1 }, { only: 'this' })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await c.findOne()).toEqual({ _id: 1, only: 'this' });
  });

  it('say when nothing changed, and refuse what mongod refuses', async () => {
    const c = server.db().collection<Loose>('c');
    await c.insertOne({ _id: 1, name: 'x', list: [1] });
    expect(await c.updateOne({ _id: 1 }, { $set: { name: 'x' } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    await expect(c.updateOne({ _id: 1 }, { $inc: { name: 1 } })).rejects.toMatchObject({ code: 14 });
    await expect(c.updateOne({ _id: 1 }, { $set: { a: 1, 'a.b': 2 } })).rejects.toMatchObject({ code: 40 });
    await expect(c.updateOne({ _id: 1 }, { $set: { _id: 2 } })).rejects.toMatchObject({ code: 66 });
    await expect(c.updateOne({ _id: 1 }, { $set: { 'name.first': 2 } })).rejects.toMatchObject({ code: 28 });
    await expect(c.updateOne({ _id: 1 }, { $push: { name: 1 } } as object)).rejects.toMatchObject({ code: 2 });
    await expect(c.updateOne({ _id: 1 }, { $frobnicate: { name: 1 } })).rejects.toMatchObject({ code: 9 });
    expect(await c.findOne()).toEqual({ _id: 1, name: 'x', list: [1] });
  });

  it('upsert from the equalities of the filter, $setOnInsert and the change', async () => {
    const c = server.db().collection('c');
    const result = await c.updateOne(
      { user: 'u', 'address.city': 'Pune', n: { $gt: 3 } },
      { $set: { a: 1 }, $setOnInsert: { b: 2 } },
      { upsert: true },
    );
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    expect(await c.findOne({}, { projection: { _id: 0 } })).toEqual({
      user: 'u',
      address: { city: 'Pune' },
      a: 1,
      b: 2,
    });
    await c.updateOne({ user: 'u' }, { $set: { a: 5 }, $setOnInsert: { b: 9 } }, { upsert: true });
    expect(await c.findOne({}, { projection: { a: 1, b: 1, _id: 0 } })).toEqual({ a: 5, b: 2 });
  });
});

describe('findAndModify', () => {
  it('claims one document for one caller, before or after the change, sorted', async () => {
    const drivers = server.db().collection<{ _id: number; status: string; rating: number }>('drivers');
    await drivers.insertMany([1, 2, 3].map((n) => ({ _id: n, status: 'free', rating: n })));
    const claim = () =>
      drivers.findOneAndUpdate(
        { status: 'free' },
        { $set: { status: 'busy' } },
        { sort: { rating: -1 }, returnDocument: 'after' },
      );
    const claimed = await Promise.all([claim(), claim(), claim(), claim()]);
    expect(claimed.map((driver) => driver?._id ?? 0).sort()).toEqual([0, 1, 2, 3]);
    expect(await drivers.findOneAndDelete({ _id: 2 })).toEqual({ _id: 2, status: 'busy', rating: 2 });
    expect(
      await drivers.findOneAndReplace(
        { _id: 9 },
        { status: 'new', rating: 0 },
        { upsert: true, returnDocument: 'after' },
      ),
    ).toEqual({ _id: 9, status: 'new', rating: 0 });
  });
});

describe('unique indexes', () => {
  it('answer with the code, the key and the words of mongod', async () => {
    const users = server.db().collection('users');
    await users.createIndex({ email: 1, tenant: 1 }, { unique: true }, {});
    await users.insertOne({ email: 'a@b.c', tenant: 1 });
    const error = await users.insertOne({ email: 'a@b.c', tenant: 1 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { email: 1, tenant: 1 },
      keyValue: { email: 'a@b.c', tenant: 1 },
    });
    expect((error as Error).message).toBe(
      `E11000 duplicate key error collection: ${users.namespace} index: email_1_tenant_1 dup key: { email: "a@b.c", tenant: 1 }`,
    );
    await expect(users.insertOne({ email: 'other', tenant: 1 })).resolves.toMatchObject({ acknowledged: true });
    await expect(users.updateOne({ email: 'other' }, { $set: { email: 'a@b.c' } })).rejects.toMatchObject({
      code: 11000,
    });
  });

  it('stop an ordered batch at the first duplicate, and let an unordered one finish', async () => {
    const c = server.db().collection<{ _id: number }>('c');
    const batch = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    await expect(c.insertMany(batch)).rejects.toMatchObject({ code: 11000 });
    expect(await c.countDocuments()).toBe(1);
    await expect(c.insertMany(batch, { ordered: false })).rejects.toMatchObject({ code: 11000 });
    expect(await c.countDocuments()).toBe(2);
  });

  it('leave out what is missing when sparse, and what the partial filter does not cover', async () => {
    const c = server.db().collection('c');
    await c.createIndex({ phone: 1 }, { unique: true, sparse: true }, {});
    await c.createIndex({ slot: 1 }, { unique: true, partialFilterExpression: { active: true } }, {});
    await c.insertMany([{ slot: 1 }, { slot: 1 }, { slot: 1, active: true }]);
    await expect(c.insertOne({ slot: 1, active: true })).rejects.toMatchObject({ code: 11000 });
    await c.insertOne({ phone: '1' });
    await expect(c.insertOne({ phone: '1' })).rejects.toMatchObject({ code: 11000 });
    expect(await c.countDocuments({ phone: null })).toBe(3);
  });

  it('are not made over documents that break them', async () => {
    const c = server.db().collection('c');
    await c.insertMany([{ a: 1 }, { a: 1 }]);
    await expect(c.createIndex({ a: 1 }, { unique: true }, {})).rejects.toMatchObject({ code: 11000 });
    expect((await c.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });
});
