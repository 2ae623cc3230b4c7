import { type Document, type FindCursor } from 'mongodb';
import { afterEach, describe, expect } from 'vitest';
import { readExplanation } from './explained.test.js';
import { manual, type Fixture } from './fixture.test.js';

/** Indexes of one and several fields: what they hold, when they are used, and what is said of that. */
export function indexBehaviours({ c, db, client, index }: Fixture): void {
  const explain = async (cursor: FindCursor<Document>) => readExplanation(await cursor.explain('executionStats'));
  const fill = () =>
    c().insertMany(
      Array.from({ length: 1000 }, (_, n) => ({
        _id: n,
        n,
        city: `c${n % 10}`,
        rating: n % 7,
        tags: [`t${n % 5}`, `u${n % 3}`],
      })),
    );

  describe('explain', () => {
    manual('reference/explain-results', 'tells a scan of the collection', async () => {
      await fill();
      expect(await explain(c().find({ rating: 3 }))).toMatchObject({
        stages: ['COLLSCAN'],
        keys: 0,
        docs: 1000,
        returned: 143,
      });
    });
    manual('reference/explain-results', 'tells an index, and what was examined', async () => {
      await fill();
      await index({ n: 1 });
      expect(await explain(c().find({ n: { $gte: 100, $lt: 150 } }))).toEqual({
        stages: ['FETCH', 'IXSCAN'],
        indexes: ['n_1'],
        keys: 50,
        docs: 50,
        returned: 50,
      });
    });
    manual('reference/explain-results', 'tells the look-up of an _id', async () => {
      await fill();
      const { stages, docs } = await explain(c().find({ _id: 5 }));
      expect([stages[0], docs]).toEqual(['IDHACK', 1]);
    });
    manual('reference/command/explain', 'takes counts, updates, deletes and aggregations', async () => {
      await fill();
      await index({ n: 1 });
      const q = { n: { $lt: 5 } };
      for (const command of [
        { count: 'c', query: q },
        { update: 'c', updates: [{ q, u: { $set: { a: 1 } }, multi: true }] },
        { delete: 'c', deletes: [{ q, limit: 0 }] },
        { aggregate: 'c', pipeline: [{ $match: q }, { $group: { _id: '$city' } }], cursor: {} },
      ]) {
        const { indexes } = readExplanation(await db().command({ explain: command, verbosity: 'executionStats' }));
        expect(indexes).toEqual(['n_1']);
      }
      expect(await c().countDocuments({ a: 1 })).toBe(0);
      expect(await c().countDocuments()).toBe(1000);
    });
    manual('reference/command/explain', 'of queryPlanner verbosity has no statistics', async () => {
      await fill();
      expect(await c().find({ n: 1 }).explain('queryPlanner')).not.toHaveProperty('executionStats');
    });
  });

  describe('an index', () => {
    manual(
      'core/indexes/index-types/index-compound',
      'of several fields serves equality, then order, then range',
      async () => {
        await fill();
        await index({ city: 1, rating: -1 });
        const { stages, keys, returned } = await explain(
          c()
            .find({ city: 'c3', rating: { $gte: 5 } })
            .sort({ rating: 1 }),
        );
        expect(stages).not.toContain('SORT');
        expect(returned).toBe(29);
        expect(keys - returned).toBeLessThan(3);
      },
    );
    manual(
      'core/indexes/index-types/index-compound',
      'of several fields serves its first fields, not its last alone',
      async () => {
        await fill();
        await index({ city: 1, rating: 1 });
        expect((await explain(c().find({ city: 'c3' }))).stages).toContain('IXSCAN');
        expect((await explain(c().find({ rating: 3 }))).stages).toEqual(['COLLSCAN']);
      },
    );
    manual('tutorial/sort-results-with-indexes', 'gives an order in both directions without sorting', async () => {
      await fill();
      await index({ city: 1, n: -1 });
      const order = async (sort: Record<string, 1 | -1>) => (await explain(c().find().sort(sort).limit(5))).stages;
      expect(await order({ city: 1, n: -1 })).not.toContain('SORT');
      expect(await order({ city: -1, n: 1 })).not.toContain('SORT');
      expect(await order({ city: 1, n: 1 })).toContain('SORT');
    });
    manual('core/indexes/index-types/index-multikey', 'of an array field has a key for each element', async () => {
      await fill();
      await index({ tags: 1 });
      const plan = await explain(c().find({ tags: { $all: ['t1', 'u1'] } }));
      expect(plan.stages).toContain('IXSCAN');
      expect(plan.returned).toBe(67);
      expect(plan.docs).toBeLessThan(400);
    });
    manual('core/indexes/index-types/index-multikey', 'cannot have two array fields', async () => {
      await index({ a: 1, b: 1 });
      await expect(c().insertOne({ _id: 1, a: [1], b: [1] })).rejects.toMatchObject({ code: 171 });
      await expect(c().insertOne({ _id: 2, a: [1], b: 1 })).resolves.toMatchObject({ acknowledged: true });
    });
    manual(
      'core/index-sparse',
      'that is sparse leaves out documents, and queries that need them do not use it',
      async () => {
        await index({ phone: 1 }, { unique: true, sparse: true });
        await c().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, phone: '1' }]);
        await expect(c().insertOne({ _id: 4, phone: '1' })).rejects.toMatchObject({ code: 11000 });
        expect(await c().countDocuments({ phone: null })).toBe(2);
        expect((await explain(c().find({ phone: '1' }))).stages).toContain('IXSCAN');
        expect((await explain(c().find({ phone: null }))).stages).toEqual(['COLLSCAN']);
      },
    );
    manual(
      'core/index-partial',
      'that is partial holds what its filter covers, and is used only within it',
      async () => {
        await index({ slot: 1 }, { unique: true, partialFilterExpression: { active: true } });
        await c().insertMany([
          { _id: 1, slot: 1 },
          { _id: 2, slot: 1 },
          { _id: 3, slot: 1, active: true },
        ]);
        await expect(c().insertOne({ _id: 4, slot: 1, active: true })).rejects.toMatchObject({ code: 11000 });
        expect(await c().countDocuments({ slot: 1 })).toBe(3);
        expect((await explain(c().find({ slot: 1, active: true }))).indexes).toEqual(['slot_1']);
        expect((await explain(c().find({ slot: 1 }))).stages).toEqual(['COLLSCAN']);
      },
    );
    manual('core/index-partial', 'that is partial takes simple conditions only, and is not sparse too', async () => {
      await expect(index({ a: 1 }, { partialFilterExpression: { a: { $ne: 1 } } })).rejects.toMatchObject({
        code: 67,
      });
      await expect(index({ a: 1 }, { sparse: true, partialFilterExpression: { b: 1 } })).rejects.toMatchObject({
        code: 67,
      });
    });
    manual('reference/method/cursor.hint', 'is used when it is hinted, and $natural uses none', async () => {
      await fill();
      await c().createIndexes([{ key: { city: 1 } }, { key: { rating: 1 } }]);
      expect((await explain(c().find({ city: 'c1', rating: 1 }).hint('rating_1'))).indexes).toEqual(['rating_1']);
      expect((await explain(c().find({ city: 'c1' }).hint({ $natural: 1 }))).stages).toEqual(['COLLSCAN']);
      await expect(c().find().hint('none').toArray()).rejects.toMatchObject({ code: 2 });
    });
    manual('reference/operator/query/or', 'serves each side of an $or', async () => {
      await fill();
      await c().createIndexes([{ key: { n: 1 } }, { key: { city: 1 } }]);
      const plan = await explain(c().find({ $or: [{ n: 5 }, { city: 'c4' }] }));
      expect(plan.stages).toContain('OR');
      expect([plan.returned, plan.docs < 150]).toEqual([101, true]);
    });
    manual(
      'reference/operator/query/regex#index-use',
      'serves a regular expression with a fixed beginning',
      async () => {
        await c().insertMany(Array.from({ length: 500 }, (_, n) => ({ _id: n, name: `item ${n}` })));
        await index({ name: 1 });
        const plan = await explain(c().find({ name: /^item 49/ }));
        expect([plan.stages.includes('IXSCAN'), plan.returned, plan.docs < 20]).toEqual([true, 11, true]);
      },
    );
    manual(
      'core/indexes/index-types/index-multikey/multikey-index-bounds',
      'gives the same answers as a scan',
      async () => {
        const values = [null, 1, NaN, 2.5, -3, '', 'x', 'xy', 'y', true, new Date(0), [1, 5], [], { k: 1 }, undefined];
        await c().insertMany(
          values.flatMap((a, i) => [0, 1].map((j) => ({ _id: i * 2 + j, b: i + j, ...(a !== undefined && { a }) }))),
        );
        const conditions = [
          1,
          null,
          { $gt: 1 },
          { $gte: 1, $lt: 3 },
          { $lte: 'xy' },
          { $in: [1, 'y', null] },
          /^x/,
          { $exists: true },
          { $exists: false },
          { $ne: 1 },
          { k: 1 },
          [1, 5],
          { $gt: 4, $lt: 2 },
          { $elemMatch: { $gt: 4 } },
          { $gte: new Date(0) },
        ];
        const answers = () =>
          Promise.all(
            conditions.map(async (a) =>
              (
                await c()
                  .find({ a, b: { $gte: 2 } })
                  .sort({ b: -1, _id: 1 })
                  .toArray()
              ).map(({ _id }) => _id),
            ),
          );
        const scanned = await answers();
        for (const key of [{ a: 1 }, { a: -1 }, { a: 1, b: -1 }, { b: 1, a: -1 }] as Record<string, 1 | -1>[]) {
          const name = await index(key);
          expect(await answers(), `with index ${name}`).toEqual(scanned);
          await c().dropIndex(name);
        }
      },
    );
  });

  describe('the indexes of a collection', () => {
    manual('reference/command/listIndexes', 'are listed as they were defined', async () => {
      await index({ a: 1, b: -1 }, { unique: true, name: 'ab' });
      await index({ at: 1 }, { expireAfterSeconds: 60 });
      expect(await c().indexes()).toEqual([
        { v: 2, key: { _id: 1 }, name: '_id_' },
        { v: 2, key: { a: 1, b: -1 }, name: 'ab', unique: true },
        { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
      ]);
      await expect(db().collection('none').indexes()).rejects.toMatchObject({ code: 26 });
    });
    manual('reference/command/createIndexes', 'are made once, and not under one name twice', async () => {
      await index({ a: 1 });
      expect(await db().command({ createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a_1' }] })).toMatchObject({
        numIndexesBefore: 2,
        numIndexesAfter: 2,
        note: 'all indexes already exist',
      });
      await expect(index({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 });
      await expect(index({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
    });
    manual('core/index-unique#restrictions', 'are all made or none: not over documents that break them', async () => {
      await c().insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 1 },
      ]);
      await expect(c().createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }])).rejects.toMatchObject({
        code: 11000,
      });
      expect((await c().indexes()).map(({ name }) => name)).toEqual(['_id_']);
    });
    manual('reference/command/dropIndexes', 'are dropped by name, by pattern, or all but _id', async () => {
      await c().createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }, { key: { d: 1 } }]);
      await c().dropIndex('a_1');
      await db().command({ dropIndexes: 'c', index: { b: 1 } });
      await expect(c().dropIndex('a_1')).rejects.toMatchObject({ code: 27 });
      await expect(c().dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
      await c().dropIndexes();
      expect((await c().indexes()).map(({ name }) => name)).toEqual(['_id_']);
    });
    manual('reference/command/createIndexes', 'with options that do not exist are refused', async () => {
      await expect(
        db().command({ createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a', frobnicate: 1 }] }),
      ).rejects.toMatchObject({ code: 197 });
      await expect(
        db().command({ createIndexes: 'c', indexes: [{ key: { a: 'frobnicate' }, name: 'a' }] }),
      ).rejects.toMatchObject({ code: 67 });
    });
  });

  describe('expiry', () => {
    const parameter = (set: Document) =>
      client()
        .db('admin')
        .command({ setParameter: 1, ...set });
    let before = 60;
    afterEach(() => parameter({ ttlMonitorSleepSecs: before }));

    manual('core/index-ttl', 'removes documents when their time has come, and no others', async () => {
      before = Number((await parameter({ ttlMonitorSleepSecs: 1 }))['was']);
      await index({ at: 1 }, { expireAfterSeconds: 60 });
      const [past, now] = [new Date(Date.now() - 61_000), new Date()];
      await c().insertMany([
        { _id: 'old', at: past },
        { _id: 'oldest of several', at: [now, past] },
        { _id: 'young', at: now },
        { _id: 'no date', at: 'x' },
        { _id: 'none' },
      ]);
      await expect
        .poll(() => c().distinct('_id'), { timeout: 90_000, interval: 250 })
        .toEqual(['no date', 'none', 'young']);
    });
    manual('core/index-ttl#restrictions', 'is for indexes of one field', async () => {
      await expect(index({ a: 1, b: 1 }, { expireAfterSeconds: 1 })).rejects.toMatchObject({ code: 67 });
    });
  });
}
