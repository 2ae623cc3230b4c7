import { MongoClient, type Document } from 'mongodb';
import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** What the server says of itself, its collections and its slow operations, and how it refuses. */
export function serverBehaviours({ c, db, client, port, index }: Fixture): void {
  const status = () => db().admin().serverStatus();

  describe('the server', () => {
    manual('reference/command/hello', 'presents itself as a standalone of version 7', async () => {
      const hello = await db().command({ hello: 1 });
      expect(hello).toMatchObject({
        isWritablePrimary: true,
        maxBsonObjectSize: 16 << 20,
        maxWriteBatchSize: 100_000,
        logicalSessionTimeoutMinutes: 30,
        readOnly: false,
        ok: 1,
      });
      expect(hello).not.toHaveProperty('setName');
      expect((await db().command({ buildInfo: 1 }))['version']).toMatch(/^7\./);
      expect(await db().admin().ping()).toMatchObject({ ok: 1 });
    });
    manual('reference/command/serverStatus', 'counts connections', async () => {
      const before = (await status())['connections'] as Document;
      const another = await new MongoClient(`mongodb://127.0.0.1:${port()}/`).connect();
      const during = (await status())['connections'] as Document;
      await another.close();
      expect(Number(during['current'])).toBeGreaterThan(Number(before['current']));
      expect(Number(during['totalCreated'])).toBeGreaterThan(Number(before['totalCreated']));
      expect(Number(during['available'])).toBeGreaterThan(0);
    });
    manual('reference/command/serverStatus', 'counts operations and documents', async () => {
      const counts = async () => {
        const { opcounters, metrics } = (await status()) as { opcounters: Document; metrics: { document: Document } };
        return { ...opcounters, ...metrics.document } as Record<string, number>;
      };
      const before = await counts();
      await c().insertMany(Array.from({ length: 250 }, (_, _id) => ({ _id })));
      await c().find().toArray();
      await c().updateMany({ _id: { $lt: 10 } }, { $set: { a: 1 } });
      await c().deleteMany({ _id: { $gte: 200 } });
      const after = await counts();
      const grown = (name: string) => Number(after[name]) - Number(before[name]);
      const names = ['insert', 'inserted', 'query', 'getmore', 'update', 'updated', 'delete', 'deleted'];
      expect(names.map(grown)).toEqual([250, 250, 1, 1, 1, 10, 1, 50]);
      expect(grown('returned')).toBeGreaterThanOrEqual(250);
      expect(grown('command')).toBeGreaterThan(0);
    });
    manual('reference/command/getParameter', 'has parameters, some of which can be set', async () => {
      const admin = client().db('admin');
      expect(await admin.command({ getParameter: 1, cursorTimeoutMillis: 1 })).toMatchObject({
        cursorTimeoutMillis: 600_000,
      });
      expect((await admin.command({ setParameter: 1, cursorTimeoutMillis: 500_000 }))['was']).toBe(600_000);
      await admin.command({ setParameter: 1, cursorTimeoutMillis: 600_000 });
      await expect(admin.command({ setParameter: 1, frobnicate: 1 })).rejects.toMatchObject({ code: 72 });
      await expect(db().command({ setParameter: 1, cursorTimeoutMillis: 1 })).rejects.toMatchObject({ code: 13 });
    });
  });

  describe('what is not there', () => {
    manual('reference/command', 'is an unknown command', async () => {
      await expect(db().command({ frobnicate: 1 })).rejects.toMatchObject({
        code: 59,
        codeName: 'CommandNotFound',
        message: "no such command: 'frobnicate'",
      });
    });
    manual('reference/command', 'is an unknown field of a command', async () => {
      const message = "BSON field 'find.frobnicate' is an unknown field.";
      await expect(db().command({ find: 'c', frobnicate: 1 })).rejects.toMatchObject({ code: 40415, message });
      await expect(db().command({ aggregate: 'c', pipeline: [], cursor: {}, frobnicate: 1 })).rejects.toMatchObject({
        code: 40415,
      });
      await expect(db().command({ insert: 'c', documents: [{}], frobnicate: 1 })).rejects.toMatchObject({
        code: 40415,
      });
      await expect(db().command({ update: 'c', updates: [{ q: {}, u: {}, frobnicate: 1 }] })).rejects.toMatchObject({
        code: 40415,
      });
    });
    manual('core/transactions', 'is a transaction on a standalone', async () => {
      const session = client().startSession();
      const attempt = session.withTransaction(() => c().insertOne({ _id: 1 }, { session }));
      // The driver wraps the answer in one about retryable writes.
      await expect(attempt).rejects.toMatchObject({ originalError: { code: 20, codeName: 'IllegalOperation' } });
      await session.endSession();
      expect(await c().countDocuments()).toBe(0);
    });
    manual('reference/limits', 'is a collection with an impossible name', async () => {
      await expect(db().command({ insert: '', documents: [{}] })).rejects.toMatchObject({ code: 73 });
    });
  });

  describe('sessions', () => {
    manual('reference/server-sessions', 'are taken with every command, and ended', async () => {
      await client().withSession(async (session) => {
        await c().insertOne({ _id: 1 }, { session });
        expect(await c().findOne({}, { session })).toEqual({ _id: 1 });
      });
      const { id } = await db().command({ startSession: 1 });
      expect(await db().command({ endSessions: [id as Document] })).toMatchObject({ ok: 1 });
    });
    manual('core/read-isolation-consistency-recency', 'read what was written, over any connection', async () => {
      for (let n = 0; n < 20; n += 1) {
        await c().updateOne({ _id: 1 }, { $set: { n } }, { upsert: true });
        const read = await Promise.all([c().findOne(), c().findOne(), c().findOne()]);
        expect(read.map((document) => document?.['n'] as number)).toEqual([n, n, n]);
      }
    });
  });

  describe('collections', () => {
    manual('reference/command/listCollections', 'are listed, created and dropped', async () => {
      await db().createCollection('a');
      await db().collection('b').insertOne({});
      await expect(db().createCollection('a', { collation: { locale: 'en', strength: 2 } })).rejects.toMatchObject({
        code: 48,
      });
      expect((await db().listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['a', 'b']);
      expect(await db().listCollections({ name: 'a' }).toArray()).toMatchObject([
        { name: 'a', type: 'collection', idIndex: { key: { _id: 1 } } },
      ]);
      await db().collection('a').drop();
      expect(await db().listCollections({}, { nameOnly: true }).toArray()).toEqual([{ name: 'b', type: 'collection' }]);
      await db().dropDatabase();
      expect(await db().listCollections().toArray()).toEqual([]);
    });
    manual('reference/command/listDatabases', 'are of databases, which are listed', async () => {
      await c().insertOne({ _id: 1 });
      const { databases } = await db().admin().listDatabases();
      expect(databases).toContainEqual(expect.objectContaining({ name: db().databaseName, empty: false }));
    });
    manual('reference/command/collStats', 'have statistics', async () => {
      await index({ a: 1 });
      await c().insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, a: 'x'.repeat(100) })));
      const stats = await db().command({ collStats: 'c' });
      expect(stats).toMatchObject({ ns: c().namespace, count: 10, nindexes: 2, capped: false });
      expect(stats['size']).toBeGreaterThan(1000);
      expect(stats['avgObjSize']).toBe(Math.floor(Number(stats['size']) / 10));
      expect(await db().stats()).toMatchObject({ collections: 1, objects: 10, indexes: 2 });
    });
    manual('reference/command/renameCollection', 'are renamed with documents and indexes', async () => {
      await c().insertOne({ _id: 1 });
      await index({ a: 1 }, { unique: true });
      await db().collection('taken').insertOne({});
      await expect(c().rename('taken')).rejects.toMatchObject({ code: 48 });
      await c().rename('taken', { dropTarget: true });
      const renamed = db().collection<{ _id: number; a?: number }>('taken');
      expect(await renamed.find().toArray()).toEqual([{ _id: 1 }]);
      await expect(renamed.insertOne({ _id: 2 })).rejects.toMatchObject({ code: 11000 });
      await expect(c().rename('other')).rejects.toMatchObject({ code: 26 });
    });
  });

  describe('the profiler', () => {
    const profile = (filter: object) => db().collection('system.profile').find(filter).toArray();
    const profiling = (level: number, options: object = {}) => db().command({ profile: level, ...options });

    manual('reference/command/profile', 'is off, for slow operations, or for all', async () => {
      expect(await profiling(-1)).toMatchObject({ was: 0, slowms: 100 });
      expect(await profiling(1, { slowms: 50 })).toMatchObject({ was: 0, slowms: 100 });
      expect(await profiling(0, { slowms: 100 })).toMatchObject({ was: 1, slowms: 50 });
      await expect(profiling(7)).rejects.toMatchObject({ code: 2 });
    });
    manual('reference/database-profiler', 'at level 2 writes down what was examined, and by which plan', async () => {
      await index({ n: 1 });
      await c().insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, n: _id, m: _id })));
      await profiling(2);
      await c()
        .find({ n: { $lt: 5 } })
        .toArray();
      await c()
        .find({ m: { $lt: 5 } })
        .sort({ m: 1 })
        .toArray();
      await c().updateOne({ n: 3 }, { $set: { x: 1 } });
      await c().deleteOne({ n: 4 });
      await c().insertOne({ _id: 99 });
      await profiling(0);
      const ns = c().namespace;
      expect(await profile({ op: 'query', planSummary: 'IXSCAN { n: 1 }' })).toMatchObject([
        { ns, keysExamined: 5, docsExamined: 5, nreturned: 5, command: { find: 'c' } },
      ]);
      expect(await profile({ op: 'query', planSummary: 'COLLSCAN' })).toMatchObject([
        { ns, keysExamined: 0, docsExamined: 20, hasSortStage: true, nreturned: 5 },
      ]);
      expect(await profile({ op: 'update' })).toMatchObject([{ ns, keysExamined: 1, nMatched: 1, nModified: 1 }]);
      expect(await profile({ op: 'remove' })).toMatchObject([{ ns, keysExamined: 1, ndeleted: 1 }]);
      expect(await profile({ op: 'insert' })).toMatchObject([{ ns, ninserted: 1 }]);
    });
    manual('reference/database-profiler', 'at level 1 writes down slow operations only', async () => {
      await c().insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id, n: _id })));
      await profiling(1, { slowms: 5 });
      await c().findOne({ _id: 1 });
      await c()
        .find({ $expr: { $lt: [{ $add: ['$n', 1] }, 0] } })
        .toArray();
      await profiling(0, { slowms: 100 });
      const slow = await profile({ ns: c().namespace });
      expect(slow.length).toBeGreaterThan(0);
      expect(slow.every(({ millis }) => millis >= 5)).toBe(true);
      expect(slow.some(({ docsExamined }) => docsExamined === 20_000)).toBe(true);
    });
    manual('reference/database-profiler', 'cannot be written to by clients', async () => {
      await profiling(2);
      await profiling(0);
      await expect(db().collection('system.profile').insertOne({})).rejects.toMatchObject({ code: 73 });
    });
  });
}
