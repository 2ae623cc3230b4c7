import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Upserts, and finding and changing as one step. */
export function upsertBehaviours({ c }: Fixture): void {
  describe('upserts', () => {
    manual(
      'reference/method/db.collection.updateOne#upsert',
      'insert the equalities of the filter, the change and $setOnInsert',
      async () => {
        const filter = { user: 'u', 'address.city': 'Pune', n: { $gt: 3 }, k: { $eq: 1 }, $and: [{ z: 9 }] };
        const result = await c().updateOne(filter, { $set: { a: 1 }, $setOnInsert: { b: 2 } }, { upsert: true });
        expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1 });
        expect(await c().findOne({}, { projection: { _id: 0 } })).toEqual({
          user: 'u',
          address: { city: 'Pune' },
          k: 1,
          z: 9,
          a: 1,
          b: 2,
        });
      },
    );
    manual('reference/operator/update/setOnInsert', 'change what is there without $setOnInsert', async () => {
      await c().insertOne({ _id: 1, b: 2 });
      expect(
        await c().updateOne({ _id: 1 }, { $set: { a: 5 }, $setOnInsert: { b: 9 } }, { upsert: true }),
      ).toMatchObject({ upsertedCount: 0 });
      expect(await c().findOne()).toEqual({ _id: 1, a: 5, b: 2 });
    });
    manual('reference/method/db.collection.replaceOne', 'of a replacement take _id from the filter', async () => {
      expect(await c().replaceOne({ _id: 7, x: 1 }, { a: 1 }, { upsert: true })).toMatchObject({ upsertedId: 7 });
      expect(await c().findOne()).toEqual({ _id: 7, a: 1 });
    });
  });

  describe('findAndModify', () => {
    manual(
      'reference/command/findAndModify',
      'claims one document for one caller, in the order of a sort',
      async () => {
        await c().insertMany([1, 2, 3].map((n) => ({ _id: n, status: 'free', rating: n })));
        const claim = () =>
          c().findOneAndUpdate(
            { status: 'free' },
            { $set: { status: 'busy' } },
            { sort: { rating: -1 }, returnDocument: 'after' },
          );
        const claimed = await Promise.all([claim(), claim(), claim(), claim()]);
        expect(claimed.map((driver) => driver?._id ?? 0).sort()).toEqual([0, 1, 2, 3]);
      },
    );
    manual('reference/command/findAndModify', 'gives the document before or after, projected', async () => {
      await c().insertOne({ _id: 1, n: 1, secret: 1 });
      expect(await c().findOneAndUpdate({}, { $inc: { n: 1 } }, { projection: { secret: 0 } })).toEqual({
        _id: 1,
        n: 1,
      });
      expect(
        await c().findOneAndUpdate({}, { $inc: { n: 1 } }, { projection: { n: 1, _id: 0 }, returnDocument: 'after' }),
      ).toEqual({ n: 3 });
    });
    manual('reference/command/findAndModify', 'removes, and gives null where nothing matches', async () => {
      await c().insertOne({ _id: 1 });
      expect(await c().findOneAndDelete({ _id: 1 })).toEqual({ _id: 1 });
      expect(await c().findOneAndDelete({ _id: 1 })).toBeNull();
    });
    manual('reference/command/findAndModify', 'upserts, and says so', async () => {
      const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
      const result = await c().findOneAndReplace({ _id: 9 }, { status: 'new' }, options);
      expect(result).toMatchObject({
        value: { _id: 9, status: 'new' },
        lastErrorObject: { updatedExisting: false, upserted: 9, n: 1 },
      });
    });
    manual('reference/command/findAndModify', 'takes array filters and pipelines', async () => {
      await c().insertOne({ _id: 1, a: [1, 5], n: 1 });
      const arrayFilters = [{ x: { $gt: 1 } }];
      const change: object = { $set: { 'a.$[x]': 0 } };
      expect(await c().findOneAndUpdate({}, change, { arrayFilters, returnDocument: 'after' })).toEqual({
        _id: 1,
        a: [1, 0],
        n: 1,
      });
      expect(
        await c().findOneAndUpdate({}, [{ $set: { n: { $add: ['$n', 1] } } }], { returnDocument: 'after' }),
      ).toMatchObject({ n: 2 });
    });
  });
}
