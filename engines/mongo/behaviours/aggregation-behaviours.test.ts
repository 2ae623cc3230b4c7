import { type Document } from 'mongodb';
import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Stages, joins, and pipelines that write. */
export function aggregationBehaviours({ c, db }: Fixture): void {
  const run = (...stages: Document[]) => c().aggregate(stages).toArray();
  const sales = () =>
    c().insertMany([
      {
        _id: 1,
        shop: 'a',
        items: [
          { sku: 'x', qty: 2 },
          { sku: 'y', qty: 1 },
        ],
        total: 10,
      },
      { _id: 2, shop: 'b', items: [{ sku: 'x', qty: 5 }], total: 25 },
      { _id: 3, shop: 'a', items: [], total: 5 },
    ]);

  describe('stages', () => {
    manual('reference/operator/aggregation/group', '$match, $group and $sort make totals', async () => {
      await sales();
      const group = {
        $group: {
          _id: '$shop',
          total: { $sum: '$total' },
          n: { $sum: 1 },
          most: { $max: '$total' },
          all: { $push: '$_id' },
        },
      };
      expect(await run({ $match: { total: { $gt: 4 } } }, group, { $sort: { _id: 1 } })).toEqual([
        { _id: 'a', total: 15, n: 2, most: 10, all: [1, 3] },
        { _id: 'b', total: 25, n: 1, most: 25, all: [2] },
      ]);
    });
    manual(
      'reference/operator/aggregation/unwind',
      '$unwind makes a document of each element, or keeps the empty',
      async () => {
        await sales();
        expect(await run({ $unwind: '$items' }, { $sortByCount: '$items.sku' }, { $limit: 1 })).toEqual([
          { _id: 'x', count: 2 },
        ]);
        expect(await run({ $unwind: { path: '$items', preserveNullAndEmptyArrays: true } }, { $count: 'n' })).toEqual([
          { n: 4 },
        ]);
      },
    );
    manual(
      'reference/operator/aggregation/project',
      '$project, $set, $unset and $replaceRoot shape documents',
      async () => {
        await sales();
        const first = { $match: { _id: 1 } };
        expect(await run(first, { $project: { _id: 0, double: { $multiply: ['$total', 2] } } })).toEqual([
          { double: 20 },
        ]);
        expect(await run(first, { $set: { n: { $size: '$items' } } }, { $unset: ['items', 'total'] })).toEqual([
          { _id: 1, shop: 'a', n: 2 },
        ]);
        expect(await run(first, { $replaceRoot: { newRoot: { $arrayElemAt: ['$items', 0] } } })).toEqual([
          { sku: 'x', qty: 2 },
        ]);
      },
    );
    manual('reference/operator/aggregation/facet', '$facet runs several pipelines on the same documents', async () => {
      await sales();
      expect(
        await run({
          $facet: { n: [{ $count: 'n' }], rich: [{ $match: { total: { $gt: 9 } } }, { $project: { _id: 1 } }] },
        }),
      ).toEqual([{ n: [{ n: 3 }], rich: [{ _id: 1 }, { _id: 2 }] }]);
    });
    manual('reference/operator/aggregation/bucket', '$bucket sorts into ranges', async () => {
      await sales();
      expect(await run({ $bucket: { groupBy: '$total', boundaries: [0, 10, 20], default: 'more' } })).toEqual([
        { _id: 0, count: 1 },
        { _id: 10, count: 1 },
        { _id: 'more', count: 1 },
      ]);
    });
    manual('reference/operator/aggregation/setWindowFields', '$setWindowFields computes over neighbours', async () => {
      await sales();
      const window = {
        $setWindowFields: {
          sortBy: { _id: 1 },
          output: { sum: { $sum: '$total', window: { documents: ['unbounded', 'current'] } } },
        },
      };
      expect((await run(window)).map((document) => document['sum'] as number)).toEqual([10, 35, 40]);
    });
    manual('reference/operator/aggregation/unionWith', '$unionWith appends another collection', async () => {
      await sales();
      await db().collection('other').insertOne({ total: 2 });
      expect(await run({ $unionWith: 'other' }, { $group: { _id: null, total: { $sum: '$total' } } })).toEqual([
        { _id: null, total: 42 },
      ]);
    });
    manual('reference/operator/aggregation/sample', '$sample picks some', async () => {
      await sales();
      expect(await run({ $sample: { size: 2 } })).toHaveLength(2);
    });
    manual('reference/command/aggregate', 'see the variables of let', async () => {
      await sales();
      const found = await c()
        .aggregate([{ $match: { $expr: { $eq: ['$shop', '$$shop'] } } }, { $project: { w: '$$shop' } }], {
          let: { shop: 'b' },
        })
        .toArray();
      expect(found).toEqual([{ _id: 2, w: 'b' }]);
    });
    manual('reference/operator/aggregation-pipeline', 'that do not exist are refused', async () => {
      await expect(run({ $nonsense: 1 })).rejects.toMatchObject({ code: 40324 });
    });
    manual('changeStreams', 'of change streams are for replica sets', async () => {
      await expect(run({ $changeStream: {} })).rejects.toMatchObject({ code: 40573 });
    });
  });

  describe('joins', () => {
    const shops = () =>
      db()
        .collection<{ _id: string; name: string; open: boolean }>('shops')
        .insertMany([
          { _id: 'a', name: 'A', open: true },
          { _id: 'b', name: 'B', open: false },
        ]);

    manual('reference/operator/aggregation/lookup', '$lookup joins by equality', async () => {
      await Promise.all([sales(), shops()]);
      const found = await run(
        { $lookup: { from: 'shops', localField: 'shop', foreignField: '_id', as: 's' } },
        { $sort: { _id: 1 } },
        { $project: { name: { $first: '$s.name' } } },
      );
      expect(found).toEqual([
        { _id: 1, name: 'A' },
        { _id: 2, name: 'B' },
        { _id: 3, name: 'A' },
      ]);
    });
    manual(
      'reference/operator/aggregation/lookup#correlated-subqueries-using-concise-syntax',
      '$lookup joins by a pipeline with variables',
      async () => {
        await Promise.all([sales(), shops()]);
        const pipeline = [{ $match: { $expr: { $and: [{ $eq: ['$_id', '$$shop'] }, '$open'] } } }];
        const found = await run(
          { $lookup: { from: 'shops', let: { shop: '$shop' }, pipeline, as: 's' } },
          { $sort: { _id: 1 } },
          { $project: { n: { $size: '$s' } } },
        );
        expect(found).toEqual([
          { _id: 1, n: 1 },
          { _id: 2, n: 0 },
          { _id: 3, n: 1 },
        ]);
      },
    );
    manual('reference/operator/aggregation/graphLookup', '$graphLookup follows references', async () => {
      await c().insertMany([{ _id: 1, boss: 2 }, { _id: 2, boss: 3 }, { _id: 3 }]);
      const [found] = await run(
        { $match: { _id: 1 } },
        {
          $graphLookup: { from: 'c', startWith: '$boss', connectFromField: 'boss', connectToField: '_id', as: 'chain' },
        },
      );
      expect((found?.['chain'] as Document[]).map(({ _id }) => _id as number).sort()).toEqual([2, 3]);
    });
  });

  describe('pipelines that write', () => {
    const target = () => db().collection<{ _id: string; n: number; kept?: boolean }>('totals');
    const group = { $group: { _id: '$shop', n: { $sum: 1 } } };
    const written = () => target().find().sort({ _id: 1 }).toArray();

    manual('reference/operator/aggregation/out', '$out replaces a collection, and keeps its indexes', async () => {
      await sales();
      await target().insertOne({ _id: 'old', n: 9 });
      await target().createIndex({ n: 1 }, {}, {});
      expect(await run(group, { $out: 'totals' })).toEqual([]);
      expect(await written()).toEqual([
        { _id: 'a', n: 2 },
        { _id: 'b', n: 1 },
      ]);
      expect((await target().indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
    });
    manual(
      'reference/operator/aggregation/out',
      '$out that breaks a unique index leaves the collection as it was',
      async () => {
        await sales();
        await target().createIndex({ n: 1 }, { unique: true }, {});
        await target().insertOne({ _id: 'old', n: 9 });
        await expect(run({ $group: { _id: '$shop', n: { $sum: 0 } } }, { $out: 'totals' })).rejects.toMatchObject({
          code: 11000,
        });
        expect(await written()).toEqual([{ _id: 'old', n: 9 }]);
        expect((await db().listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['c', 'totals']);
      },
    );
    manual('reference/operator/aggregation/merge', '$merge updates what is there and inserts what is not', async () => {
      await sales();
      await target().insertOne({ _id: 'a', n: 9, kept: true });
      await run(group, { $merge: 'totals' });
      expect(await written()).toEqual([
        { _id: 'a', n: 2, kept: true },
        { _id: 'b', n: 1 },
      ]);
    });
    manual(
      'reference/operator/aggregation/merge',
      '$merge takes a pipeline for matches, and can discard the others',
      async () => {
        await sales();
        await target().insertOne({ _id: 'a', n: 10 });
        await run(group, {
          $merge: {
            into: 'totals',
            whenMatched: [{ $set: { n: { $add: ['$n', '$$new.n'] } } }],
            whenNotMatched: 'discard',
          },
        });
        expect(await written()).toEqual([{ _id: 'a', n: 12 }]);
      },
    );
    manual('reference/operator/aggregation/merge', '$merge goes by fields with a unique index only', async () => {
      await sales();
      await expect(run(group, { $merge: { into: 'totals', on: 'n' } })).rejects.toMatchObject({ code: 51183 });
    });
    manual('reference/operator/aggregation/out', '$out has to be the last stage', async () => {
      await expect(run({ $out: 'totals' }, group)).rejects.toMatchObject({ code: 40601 });
    });
  });
}
