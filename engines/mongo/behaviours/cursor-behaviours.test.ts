import { type Document } from 'mongodb';
import { afterEach, describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** Batches, time limits, counting. */
export function cursorBehaviours({ c, db, client }: Fixture): void {
  const fill = (count: number) => c().insertMany(Array.from({ length: count }, (_, _id) => ({ _id, n: _id })));
  const open = async (command: Document = {}) => {
    const answer = await db().command({ find: 'c', batchSize: 2, ...command });
    return answer['cursor'] as { id: bigint; firstBatch: Document[]; ns: string };
  };
  const parameter = (set: Document) =>
    client()
      .db('admin')
      .command({ setParameter: 1, ...set });

  describe('cursors', () => {
    manual('tutorial/iterate-a-cursor', 'give a first batch of 101 documents, then the rest', async () => {
      await fill(250);
      const answer = await db().command({ find: 'c' });
      const { id, firstBatch } = answer['cursor'] as { id: bigint; firstBatch: Document[] };
      expect(firstBatch).toHaveLength(101);
      const more = await db().command({ getMore: id, collection: 'c' });
      expect(more['cursor']).toMatchObject({ ns: c().namespace });
      expect(String((more['cursor'] as Document)['id'])).toBe('0');
      expect((more['cursor'] as Document)['nextBatch']).toHaveLength(149);
    });
    manual('reference/method/cursor.batchSize', 'give batches of the size that is asked for', async () => {
      await fill(5);
      const { id, firstBatch } = await open();
      expect(firstBatch).toHaveLength(2);
      const more = await db().command({ getMore: id, collection: 'c', batchSize: 1 });
      expect((more['cursor'] as Document)['nextBatch']).toEqual([{ _id: 2, n: 2 }]);
      expect(await c().find().batchSize(2).toArray()).toHaveLength(5);
      expect((await open({ batchSize: 0 })).firstBatch).toEqual([]);
    });
    manual('reference/command/find', 'of a single batch are closed at once', async () => {
      await fill(5);
      expect(String((await open({ singleBatch: true })).id)).toBe('0');
      expect(String((await open({ batchSize: 5, limit: 2 })).id)).toBe('0');
    });
    manual('reference/limits', 'give batches of at most 16 MB', async () => {
      const text = 'x'.repeat(6 << 20);
      await c().insertMany([1, 2, 3, 4].map((_id) => ({ _id, text })));
      const { firstBatch } = await open({ batchSize: 10 });
      expect(firstBatch).toHaveLength(2);
      expect(await c().find().toArray()).toHaveLength(4);
    });
    manual('reference/command/killCursors', 'can be killed, and are gone then', async () => {
      await fill(5);
      const { id } = await open();
      expect((await db().command({ killCursors: 'c', cursors: [id] }))['cursorsKilled']).toHaveLength(1);
      expect((await db().command({ killCursors: 'c', cursors: [id] }))['cursorsNotFound']).toHaveLength(1);
      await expect(db().command({ getMore: id, collection: 'c' })).rejects.toMatchObject({
        code: 43,
        codeName: 'CursorNotFound',
      });
    });
    manual('reference/command/getMore', 'belong to their collection', async () => {
      await fill(5);
      const { id } = await open();
      await expect(db().command({ getMore: id, collection: 'other' })).rejects.toMatchObject({ code: 13 });
    });
    manual('reference/method/cursor.close', 'are killed by the driver that closes them', async () => {
      await fill(5);
      const cursor = c().find().batchSize(2);
      await cursor.next();
      const id = cursor.id;
      await cursor.close();
      await expect(db().command({ getMore: id, collection: 'c' })).rejects.toMatchObject({ code: 43 });
    });
    manual('reference/command/aggregate', 'of aggregations have batches too', async () => {
      await fill(5);
      const answer = await db().command({
        aggregate: 'c',
        pipeline: [{ $project: { n: 0 } }],
        cursor: { batchSize: 2 },
      });
      const { id, firstBatch } = answer['cursor'] as { id: bigint; firstBatch: Document[] };
      expect(firstBatch).toEqual([{ _id: 0 }, { _id: 1 }]);
      const more = await db().command({ getMore: id, collection: 'c' });
      expect((more['cursor'] as Document)['nextBatch']).toHaveLength(3);
    });
  });

  describe('time limits', () => {
    afterEach(() => parameter({ cursorTimeoutMillis: 600_000 }));

    manual(
      'reference/parameters#mongodb-parameter-param.cursorTimeoutMillis',
      'close cursors that nobody asks for, except noCursorTimeout',
      async () => {
        await fill(5);
        const timedOut = async () => {
          const metrics = (await db().admin().serverStatus())['metrics'] as { cursor: { timedOut: number } };
          return metrics.cursor.timedOut;
        };
        const before = await timedOut();
        const [idle, kept] = [await open(), await open({ noCursorTimeout: true })];
        await parameter({ cursorTimeoutMillis: 1 });
        await expect.poll(timedOut, { timeout: 30_000, interval: 200 }).toBeGreaterThan(before);
        await expect(db().command({ getMore: idle.id, collection: 'c' })).rejects.toMatchObject({ code: 43 });
        const more = await db().command({ getMore: kept.id, collection: 'c' });
        expect((more['cursor'] as Document)['nextBatch']).toHaveLength(3);
      },
    );
    manual('reference/method/cursor.maxTimeMS', 'end a find that takes longer than maxTimeMS', async () => {
      await fill(30_000);
      const slow = {
        $expr: { $gt: [{ $sum: { $map: { input: { $range: [0, 50] }, in: { $multiply: ['$$this', '$n'] } } } }, -1] },
      };
      await expect(c().find(slow).sort({ n: -1 }).maxTimeMS(2).toArray()).rejects.toMatchObject({
        code: 50,
        codeName: 'MaxTimeMSExpired',
      });
      await expect(c().countDocuments(slow, { maxTimeMS: 2 })).rejects.toMatchObject({ code: 50 });
      expect(
        await c()
          .find({ n: { $lt: 5 } })
          .maxTimeMS(60_000)
          .toArray(),
      ).toHaveLength(5);
    });
    manual('reference/command/aggregate', 'end an aggregation that takes longer than maxTimeMS', async () => {
      await fill(30_000);
      const slow = {
        $set: { s: { $sum: { $map: { input: { $range: [0, 50] }, in: { $multiply: ['$$this', '$n'] } } } } },
      };
      await expect(
        c()
          .aggregate([slow, { $group: { _id: null, s: { $sum: '$s' } } }], { maxTimeMS: 2 })
          .toArray(),
      ).rejects.toMatchObject({ code: 50 });
    });
  });

  describe('counting', () => {
    manual('reference/method/db.collection.countDocuments', 'counts what matches, with skip and limit', async () => {
      await fill(10);
      expect(await c().countDocuments({ n: { $gte: 4 } })).toBe(6);
      expect(await c().countDocuments({}, { skip: 3, limit: 5 })).toBe(5);
      expect(await c().countDocuments({ n: -1 })).toBe(0);
    });
    manual('reference/command/count', 'by the count command takes a query and a hint', async () => {
      await fill(10);
      expect(await c().estimatedDocumentCount()).toBe(10);
      expect(await db().command({ count: 'c', query: { n: { $lt: 3 } } })).toMatchObject({ n: 3 });
      expect(await db().command({ count: 'none' })).toMatchObject({ n: 0 });
      await expect(db().command({ count: 'c', hint: 'none' })).rejects.toMatchObject({ code: 2 });
    });
    manual('reference/command/distinct', 'of distinct values takes arrays apart', async () => {
      await c().insertMany([
        { _id: 1, v: [1, 2] },
        { _id: 2, v: 2 },
        { _id: 3, v: null },
        { _id: 4, w: { x: 5 } },
        { _id: 5, w: [{ x: 5 }, { x: 6 }] },
      ]);
      expect(await c().distinct('v')).toEqual([null, 1, 2]);
      expect(await c().distinct('w.x')).toEqual([5, 6]);
      expect(await c().distinct('v', { _id: { $gt: 1 } })).toEqual([null, 2]);
    });
  });
}
