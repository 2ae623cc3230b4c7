import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Inserts and deletes, batches of writes, and what a duplicate key answers. */
export function writeBehaviours({ c, db, index }: Fixture): void {
  const failure = (attempt: Promise<unknown>) =>
    attempt.then(
      () => {
        throw new Error('expected the write to fail, it did not');
      },
      (error: unknown) => error,
    );

  describe('duplicate keys', () => {
    manual('core/index-unique', 'answer with the code, the key and the words', async () => {
      await index({ email: 1, tenant: 1 }, { unique: true });
      await c().insertOne({ _id: 1, email: 'a@b.c', tenant: 1 });
      const error = await failure(c().insertOne({ _id: 2, email: 'a@b.c', tenant: 1 }));
      expect(error).toBeInstanceOf(MongoServerError);
      expect(error).toMatchObject({
        code: 11000,
        keyPattern: { email: 1, tenant: 1 },
        keyValue: { email: 'a@b.c', tenant: 1 },
      });
      expect((error as Error).message).toBe(
        `E11000 duplicate key error collection: ${c().namespace} index: email_1_tenant_1 dup key: { email: "a@b.c", tenant: 1 }`,
      );
    });
    manual('core/index-unique', 'of _id name the index _id_', async () => {
      await c().insertOne({ _id: 1 });
      const error = await failure(c().insertOne({ _id: 1 }));
      expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
      expect((error as Error).message).toContain('index: _id_ dup key: { _id: 1 }');
    });
    manual('core/index-unique', 'refuse updates and upserts too, which then change nothing', async () => {
      await index({ n: 1 }, { unique: true });
      await c().insertMany([
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ]);
      await expect(c().updateOne({ _id: 2 }, { $set: { n: 1, more: 1 } })).rejects.toMatchObject({
        code: 11000,
        keyValue: { n: 1 },
      });
      await expect(c().updateOne({ _id: 3 }, { $set: { n: 1 } }, { upsert: true })).rejects.toMatchObject({
        code: 11000,
      });
      await expect(c().findOneAndUpdate({ _id: 2 }, { $set: { n: 1 } })).rejects.toMatchObject({
        code: 11000,
        keyPattern: { n: 1 },
      });
      expect(await c().find().sort({ _id: 1 }).toArray()).toEqual([
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ]);
    });
    manual(
      'core/index-unique#missing-document-field-in-a-unique-single-field-index',
      'count a missing field as null',
      async () => {
        await index({ n: 1 }, { unique: true });
        await c().insertOne({ _id: 1 });
        await expect(c().insertOne({ _id: 2 })).rejects.toMatchObject({ code: 11000, keyValue: { n: null } });
      },
    );
    manual(
      'core/index-unique#unique-constraint-across-separate-documents',
      'of arrays are between documents, not within one',
      async () => {
        await index({ tags: 1 }, { unique: true });
        await c().insertOne({ _id: 1, tags: ['a', 'a'] });
        await expect(c().insertOne({ _id: 2, tags: ['b', 'a'] })).rejects.toMatchObject({
          code: 11000,
          keyValue: { tags: 'a' },
        });
      },
    );
  });

  describe('batches', () => {
    const batch = () => [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }];
    manual('reference/method/db.collection.insertMany', 'stop at the first error when ordered', async () => {
      const error = (await failure(c().insertMany(batch()))) as MongoBulkWriteError;
      expect(error).toBeInstanceOf(MongoBulkWriteError);
      expect(error).toMatchObject({ code: 11000, insertedCount: 1 });
      expect([error.writeErrors].flat().map(({ index }) => index)).toEqual([1]);
      expect(await c().countDocuments()).toBe(1);
    });
    manual('reference/method/db.collection.insertMany', 'finish when unordered, and tell every error', async () => {
      const error = (await failure(c().insertMany(batch(), { ordered: false }))) as MongoBulkWriteError;
      expect(error).toMatchObject({ code: 11000, insertedCount: 2 });
      expect([error.writeErrors].flat().map(({ index, code }) => [index, code])).toEqual([
        [1, 11000],
        [3, 11000],
      ]);
      expect(await c().countDocuments()).toBe(2);
    });
    manual(
      'reference/command/insert#output',
      'have write errors with index, code, message, keyPattern and keyValue',
      async () => {
        const answer = await db().command({ insert: 'c', documents: batch(), ordered: false });
        expect(answer).toMatchObject({ ok: 1, n: 2 });
        expect(answer['writeErrors']).toEqual(
          [1, 3].map((index) => ({
            index,
            code: 11000,
            errmsg: `E11000 duplicate key error collection: ${c().namespace} index: _id_ dup key: { _id: ${(index + 1) / 2} }`,
            keyPattern: { _id: 1 },
            keyValue: { _id: (index + 1) / 2 },
          })),
        );
      },
    );
    manual('reference/method/db.collection.bulkWrite', 'mix inserts, updates, replacements and deletes', async () => {
      const result = await c().bulkWrite([
        { insertOne: { document: { _id: 1, n: 1 } } },
        { insertOne: { document: { _id: 2, n: 2 } } },
        { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 10 } } } },
        { updateMany: { filter: {}, update: { $set: { seen: true } } } },
        { replaceOne: { filter: { _id: 2 }, replacement: { n: 3 } } },
        { updateOne: { filter: { _id: 9 }, update: { $set: { n: 9 } }, upsert: true } },
        { deleteOne: { filter: { n: 11 } } },
      ]);
      expect(result).toMatchObject({
        insertedCount: 2,
        matchedCount: 4,
        modifiedCount: 4,
        deletedCount: 1,
        upsertedCount: 1,
        upsertedIds: { 5: 9 },
      });
      expect(await c().find().sort({ _id: 1 }).toArray()).toEqual([
        { _id: 2, n: 3 },
        { _id: 9, n: 9 },
      ]);
    });
    manual('reference/method/db.collection.bulkWrite', 'of mixed writes stop at an error when ordered', async () => {
      const error = (await failure(
        c().bulkWrite([
          { insertOne: { document: { _id: 1 } } },
          { updateOne: { filter: { _id: 1 }, update: { $set: { _id: 5 } } } },
          { insertOne: { document: { _id: 2 } } },
        ]),
      )) as MongoBulkWriteError;
      expect(error).toMatchObject({ code: 66, insertedCount: 1 });
      expect(await c().countDocuments()).toBe(1);
    });
    manual(
      'reference/command/update#output',
      'of updates name the statement that failed, and what was upserted',
      async () => {
        const updates = [
          { q: { _id: 1 }, u: { $set: { a: 1 } }, upsert: true },
          { q: { _id: 1 }, u: { $inc: { a: 'x' } } },
          { q: { _id: 1 }, u: { $inc: { a: 1 } } },
        ];
        const answer = await db().command({ update: 'c', updates, ordered: false });
        expect(answer).toMatchObject({
          n: 2,
          nModified: 1,
          upserted: [{ index: 0, _id: 1 }],
          writeErrors: [{ index: 1, code: 14 }],
        });
      },
    );
    manual('reference/limits', 'without a write, or of more than 100,000, are refused', async () => {
      await expect(db().command({ insert: 'c', documents: [] })).rejects.toMatchObject({
        code: 16,
        codeName: 'InvalidLength',
      });
    });
    manual('reference/method/db.collection.insertMany', 'of many documents arrive whole', async () => {
      const many = Array.from({ length: 10_000 }, (_, _id) => ({ _id, text: 'x'.repeat(100) }));
      expect((await c().insertMany(many)).insertedCount).toBe(10_000);
      expect(await c().estimatedDocumentCount()).toBe(10_000);
    });
  });

  describe('deletes', () => {
    manual('reference/method/db.collection.deleteMany', 'remove one or all that match', async () => {
      await c().insertMany([1, 2, 3, 4].map((_id) => ({ _id, even: _id % 2 === 0 })));
      expect(await c().deleteOne({ even: true })).toMatchObject({ deletedCount: 1 });
      expect(await c().deleteMany({ even: false })).toMatchObject({ deletedCount: 2 });
      expect(await c().deleteMany({ _id: 99 })).toMatchObject({ deletedCount: 0 });
      expect(await c().find().toArray()).toEqual([{ _id: 4, even: true }]);
    });
    manual('reference/command/delete', 'take their keys out of unique indexes', async () => {
      await index({ n: 1 }, { unique: true });
      await c().insertOne({ _id: 1, n: 1 });
      await c().deleteOne({ _id: 1 });
      await expect(c().insertOne({ _id: 2, n: 1 })).resolves.toMatchObject({ acknowledged: true });
    });
  });

  describe('write concerns', () => {
    manual('reference/write-concern', 'of 0 are not answered, and done', async () => {
      await c().insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
      await expect.poll(() => c().countDocuments()).toBe(1);
    });
    manual('reference/write-concern', 'with j are answered, many at a time', async () => {
      const all = Array.from({ length: 50 }, (_, _id) =>
        c().insertOne({ _id }, { writeConcern: { w: 1, journal: true } }),
      );
      expect((await Promise.all(all)).every(({ acknowledged }) => acknowledged)).toBe(true);
      expect(await c().countDocuments()).toBe(50);
    });
  });
}
