import type { Document } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { useServer } from './testing/server-fixture.test.js';

const server = useServer();

interface Place extends Document {
  _id: number;
  name: string;
}

interface Stats {
  executionStats: { totalKeysExamined: number; totalDocsExamined: number; nReturned: number };
  queryPlanner: { winningPlan: unknown };
}

describe('indexes', () => {
  it('are used for equalities, ranges and sorts, and say so', async () => {
    const c = server.db().collection('c');
    await c.createIndexes([{ key: { city: 1, rating: -1 } }, { key: { n: 1 } }]);
    await c.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n, city: `c${n % 10}`, rating: n % 7 })));
    const explain = async (filter: object, sort: Record<string, 1 | -1> = {}) =>
      (await c.find(filter).sort(sort).explain('executionStats')) as unknown as Stats;

    const range = await explain({ n: { $gte: 100, $lt: 150 } });
    expect(range.executionStats).toMatchObject({ totalKeysExamined: 50, totalDocsExamined: 50, nReturned: 50 });
    const compound = await explain({ city: 'c3', rating: { $gte: 5 } }, { rating: 1 });
    expect(compound.executionStats.totalKeysExamined).toBe(compound.executionStats.nReturned);
    expect(JSON.stringify(compound.queryPlanner.winningPlan)).not.toContain('SORT');
    const scan = await explain({ rating: 3 });
    expect(scan.executionStats).toMatchObject({ totalKeysExamined: 0, totalDocsExamined: 1000 });
    expect(JSON.stringify(scan.queryPlanner.winningPlan)).toContain('COLLSCAN');
    const first = await c.findOne();
    expect(JSON.stringify((await explain({ _id: first?._id })).queryPlanner.winningPlan)).toContain('IDHACK');
    expect(JSON.stringify((await explain({ $or: [{ n: 5 }, { city: 'c4' }] })).queryPlanner.winningPlan)).toContain(
      '"OR"',
    );
  });

  it('give the same answers as a scan, for every kind of condition and in both directions', async () => {
    const c = server.db().collection<{ a?: unknown; b: number }>('c');
    const values = [null, 1, NaN, 2.5, -3, '', 'x', 'xy', 'y', true, new Date(0), [1, 5], [], { k: 1 }, undefined];
    await c.insertMany(values.flatMap((a, i) => [0, 1].map((j) => (a === undefined ? { b: i + j } : { a, b: i + j }))));
    const filters: object[] = [
      { a: 1 },
      { a: null },
      { a: { $gt: 1 } },
      { a: { $gte: 1, $lt: 3 } },
      { a: { $lte: 'xy' } },
      { a: { $in: [1, 'y', null] } },
      { a: /^x/ },
      { a: { $exists: true } },
      { a: { $exists: false } },
      { a: { $ne: 1 } },
      { a: { k: 1 } },
      { a: [1, 5] },
      { a: { $gt: 4, $lt: 2 } },
      { a: { $elemMatch: { $gt: 4 } } },
      { a: { $gte: new Date(0) } },
      { a: 'x', b: { $gte: 5 } },
      { a: { $in: ['x', 'y'] }, b: { $lt: 6 } },
    ];
    const answers = () =>
      Promise.all(
        filters.map(async (filter) =>
          (await c.find(filter).sort({ b: -1, _id: 1 }).toArray()).map(({ _id }) => String(_id)),
        ),
      );
    const scanned = await answers();
    for (const key of [{ a: 1 }, { a: -1 }, { a: 1, b: -1 }, { a: -1, b: 1 }, { b: 1 }] as const) {
      const name = await c.createIndex(key, {}, {});
      expect(await answers(), `with index ${name}`).toEqual(scanned);
      await c.dropIndex(name);
    }
  });

  it('are listed, created once, and refused under the same name with another key', async () => {
    const c = server.db().collection('c');
    await c.createIndex({ a: 1 }, {}, {});
    await c.createIndex({ a: 1 }, {}, {});
    await expect(c.createIndex({ b: 1 }, { name: 'a_1' }, {})).rejects.toMatchObject({ code: 86 });
    await expect(c.createIndex({ a: 1 }, { name: 'other' }, {})).rejects.toMatchObject({ code: 85 });
    expect(await c.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a_1' },
    ]);
    await expect(c.dropIndex('missing')).rejects.toMatchObject({ code: 27 });
    await expect(server.db().collection('none').indexes()).rejects.toMatchObject({ code: 26 });
  });

  it('remove documents when their time has come', async () => {
    const c = server.db().collection<{ _id: string; at: unknown }>('c');
    await c.createIndex({ at: 1 }, { expireAfterSeconds: 60 }, {});
    await c.insertMany([
      { _id: 'old', at: new Date(Date.now() - 61_000) },
      { _id: 'young', at: new Date() },
      { _id: 'no date', at: 'x' },
    ]);
    await expect.poll(() => c.distinct('_id'), { timeout: 10_000 }).toEqual(['no date', 'young']);
  });
});

describe('geography', () => {
  const centre = { type: 'Point', coordinates: [77.5946, 12.9716] };
  /** Metres by the haversine formula with MongoDB's radius, written independently of the engine's. */
  const metres = (lng: number, lat: number) => {
    const [p1, p2, dl] = [(12.9716 * Math.PI) / 180, (lat * Math.PI) / 180, ((lng - 77.5946) * Math.PI) / 180];
    return Math.acos(Math.min(1, Math.sin(p1) * Math.sin(p2) + Math.cos(p1) * Math.cos(p2) * Math.cos(dl))) * 6_378_100;
  };
  const grid = () =>
    Array.from({ length: 400 }, (_, n) => ({
      n,
      status: n % 2 ? 'free' : 'busy',
      location: { type: 'Point', coordinates: [77.4 + (n % 20) * 0.021, 12.8 + Math.floor(n / 20) * 0.017] },
    }));

  it('finds the nearest first, within a distance, under other conditions', async () => {
    const drivers = server.db().collection('drivers');
    await drivers.createIndex({ location: '2dsphere', status: 1 }, {}, {});
    await drivers.insertMany(grid());
    const near = { location: { $near: { $geometry: centre, $maxDistance: 9000, $minDistance: 1000 } }, status: 'free' };
    const found = await drivers.find(near).toArray();
    const expected = grid()
      .filter(({ status }) => status === 'free')
      .map(
        ({
          n,
          location: {
            coordinates: [lng = 0, lat = 0],
          },
        }) => ({ n, away: metres(lng, lat) }),
      )
      .filter(({ away }) => away >= 1000 && away <= 9000)
      .sort((a, b) => a.away - b.away)
      .map(({ n }) => n);
    expect(expected.length).toBeGreaterThan(10);
    expect(found.map(({ n }) => n as number)).toEqual(expected);
    expect(await drivers.find({ location: { $nearSphere: { $geometry: centre } } }).toArray()).toHaveLength(400);
  });

  it('measures distances with $geoNear to a tenth of a percent', async () => {
    const places = server.db().collection('places');
    await places.createIndex({ location: '2dsphere' }, {}, {});
    // Bengaluru to Chennai, Mumbai and London, by MongoDB's own radius of 6378.1 km.
    await places.insertMany(
      [
        [80.2707, 13.0827],
        [72.8777, 19.076],
        [-0.1278, 51.5074],
      ].map((coordinates) => ({ location: { type: 'Point', coordinates } })),
    );
    const found = await places
      .aggregate([{ $geoNear: { near: centre, distanceField: 'away.metres', spherical: true, key: 'location' } }])
      .toArray();
    const [chennai, mumbai, london] = found.map((place) => (place['away'] as { metres: number }).metres);
    expect(Math.abs((chennai ?? 0) / metres(80.2707, 13.0827) - 1)).toBeLessThan(0.001);
    expect(Math.abs((mumbai ?? 0) / metres(72.8777, 19.076) - 1)).toBeLessThan(0.001);
    expect(Math.abs((london ?? 0) / 8_040_000 - 1)).toBeLessThan(0.01);
  });

  it('finds and counts what lies within circles and polygons', async () => {
    const drivers = server.db().collection('drivers');
    await drivers.insertMany(grid());
    const circle = { location: { $geoWithin: { $centerSphere: [centre.coordinates, 5 / 6378.1] } } };
    const [west, south, east, north] = [77.5, 12.9, 77.6, 13.0];
    const polygon = {
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    };
    const square = { location: { $geoWithin: { $geometry: polygon } } };
    const scanned = [await drivers.countDocuments(circle), await drivers.countDocuments(square)];
    await drivers.createIndex({ location: '2dsphere' }, {}, {});
    expect([await drivers.countDocuments(circle), await drivers.countDocuments(square)]).toEqual(scanned);
    expect(scanned[0]).toBe(
      grid().filter(
        ({
          location: {
            coordinates: [lng = 0, lat = 0],
          },
        }) => metres(lng, lat) <= 5000,
      ).length,
    );
    expect(scanned[1]).toBe(
      grid().filter(
        ({
          location: {
            coordinates: [x = 0, y = 0],
          },
        }) => x > west && x < east && y > south && y < north,
      ).length,
    );
    expect(await drivers.countDocuments({ location: { $geoIntersects: { $geometry: polygon } } })).toBe(scanned[1]);
  });

  it('works across the date line', async () => {
    const c = server.db().collection('c');
    await c.createIndex({ at: '2dsphere' }, {}, {});
    await c.insertMany([179.99, -179.99, 0].map((lng) => ({ at: { type: 'Point', coordinates: [lng, 10] } })));
    const near = { at: { $near: { $geometry: { type: 'Point', coordinates: [-179.995, 10] }, $maxDistance: 5000 } } };
    expect(await c.find(near).toArray()).toHaveLength(2);
  });

  it('refuses what mongod refuses', async () => {
    const c = server.db().collection('c');
    await c.insertOne({ location: centre });
    const near = { location: { $near: { $geometry: centre } } };
    await expect(c.find(near).toArray()).rejects.toMatchObject({ code: 291 });
    await c.createIndex({ location: '2dsphere' }, {}, {});
    await expect(c.countDocuments(near)).rejects.toMatchObject({ code: 5626500 });
    await expect(c.insertOne({ location: { type: 'Point', coordinates: [200, 0] } })).rejects.toMatchObject({
      code: 16755,
    });
  });
});

describe('text search', () => {
  it('finds words, phrases and negations by weight, and gives scores', async () => {
    const c = server.db().collection<Place>('c');
    await c.createIndex({ name: 'text', description: 'text' }, { weights: { name: 10 } }, {});
    await c.insertMany([
      { _id: 1, name: 'Pizza Palace', description: 'The best of Naples' },
      { _id: 2, name: 'Curry Corner', description: 'Also serves pizza and naan' },
      { _id: 3, name: 'Sushi Bar', description: 'Fresh fish' },
    ]);
    const search = async ($search: string) =>
      (
        await c
          .find({ $text: { $search } })
          .sort({ score: { $meta: 'textScore' } })
          .toArray()
      ).map(({ _id }) => _id);
    expect(await search('PIZZA')).toEqual([1, 2]);
    expect(await search('pizza sushi')).toEqual(expect.arrayContaining([1, 2, 3]));
    expect(await search('pizza -curry')).toEqual([1]);
    expect(await search('"pizza and naan"')).toEqual([2]);
    const scored = await c
      .find({ $text: { $search: 'pizza' } }, { projection: { _id: 1, score: { $meta: 'textScore' } } })
      .sort({ score: { $meta: 'textScore' } })
      .toArray();
    expect(scored).toHaveLength(2);
    expect(scored[0]?.['score']).toBeCloseTo(7.5);
    const aggregated = await c
      .aggregate([
        { $match: { $text: { $search: 'pizza' } } },
        { $sort: { s: { $meta: 'textScore' } } },
        { $project: { s: { $meta: 'textScore' } } },
      ])
      .toArray();
    expect(aggregated.map(({ _id }) => _id as number)).toEqual([1, 2]);
    expect(aggregated[0]?.['s']).toBeCloseTo(7.5);
    await expect(server.db().collection('other').insertOne({})).resolves.toBeDefined();
    await expect(
      server
        .db()
        .collection('other')
        .find({ $text: { $search: 'x' } })
        .toArray(),
    ).rejects.toMatchObject({ code: 27 });
  });
});

describe('aggregation', () => {
  it('matches, groups, joins, unwinds, facets and sorts', async () => {
    const [orders, restaurants] = [
      server.db().collection<{ _id: number }>('orders'),
      server.db().collection<Place>('restaurants'),
    ];
    await restaurants.insertMany([
      { _id: 1, name: 'A' },
      { _id: 2, name: 'B' },
    ]);
    await orders.insertMany(
      Array.from({ length: 20 }, (_, n) => ({
        _id: n,
        restaurant: 1 + (n % 2),
        items: [{ qty: n }, { qty: 1 }],
        status: n < 15 ? 'done' : 'open',
      })),
    );
    const totals = await orders
      .aggregate([
        { $match: { status: 'done' } },
        { $unwind: '$items' },
        { $group: { _id: '$restaurant', qty: { $sum: '$items.qty' }, lines: { $sum: 1 } } },
        { $lookup: { from: 'restaurants', localField: '_id', foreignField: '_id', as: 'r' } },
        { $set: { 'r.seen': true, name: { $first: '$r.name' } } },
        { $sort: { qty: -1 } },
        { $project: { r: 0 } },
      ])
      .toArray();
    expect(totals).toEqual([
      { _id: 1, qty: 64, lines: 16, name: 'A' },
      { _id: 2, qty: 56, lines: 14, name: 'B' },
    ]);
    expect(await restaurants.find().toArray()).toEqual([
      { _id: 1, name: 'A' },
      { _id: 2, name: 'B' },
    ]);
    const [facets] = await orders
      .aggregate([
        {
          $facet: {
            n: [{ $count: 'n' }],
            open: [{ $match: { status: 'open' } }, { $limit: 2 }, { $project: { _id: 1 } }],
          },
        },
      ])
      .toArray();
    expect(facets).toEqual({ n: [{ n: 20 }], open: [{ _id: 15 }, { _id: 16 }] });
    expect(await orders.distinct('items.qty', { _id: { $lt: 3 } })).toEqual([0, 1, 2]);
    expect(await orders.estimatedDocumentCount()).toBe(20);
    await expect(orders.aggregate([{ $nonsense: 1 }]).toArray()).rejects.toMatchObject({ code: 40324 });
    await expect(orders.aggregate([{ $changeStream: {} }]).toArray()).rejects.toMatchObject({ code: 40573 });
  });
});

describe('cursors', () => {
  it('give batches of the asked size, do not see later writes, and can be killed', async () => {
    const c = server.db().collection<{ _id: number }>('c');
    await c.insertMany(Array.from({ length: 250 }, (_, n) => ({ _id: n })));
    const cursor = c.find().sort({ _id: 1 }).batchSize(100);
    expect(await cursor.next()).toEqual({ _id: 0 });
    await c.deleteMany({});
    expect(await cursor.toArray()).toHaveLength(249);

    await c.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: n })));
    const { cursor: open } = (await server.db().command({ find: 'c', batchSize: 2 })) as {
      cursor: { id: bigint; firstBatch: unknown[] };
    };
    expect(open.firstBatch).toHaveLength(2);
    const killed = await server.db().command({ killCursors: 'c', cursors: [open.id] });
    expect(killed['cursorsKilled']).toHaveLength(1);
    await expect(server.db().command({ getMore: open.id, collection: 'c' })).rejects.toMatchObject({ code: 43 });
  });
});

describe('the server', () => {
  afterEach(() => server.db().dropDatabase());

  it('presents itself as a standalone mongod 7.0', async () => {
    expect(await server.db().command({ hello: 1 })).toMatchObject({
      isWritablePrimary: true,
      maxWireVersion: 21,
      logicalSessionTimeoutMinutes: 30,
      ok: 1,
    });
    expect(await server.db().command({ buildInfo: 1 })).toMatchObject({ versionArray: [7, 0, 0, 0] });
    expect(await server.db().admin().ping()).toMatchObject({ ok: 1 });
    expect(await server.db().admin().serverStatus()).toMatchObject({ process: 'mongod' });
  });

  it('answers unknown commands and transactions as mongod does', async () => {
    await expect(server.db().command({ frobnicate: 1 })).rejects.toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
      message: "no such command: 'frobnicate'",
    });
    const session = server.client().startSession();
    const attempt = session.withTransaction(() => server.db().collection('c').insertOne({}, { session }));
    // The driver wraps the answer in one about retryable writes.
    await expect(attempt).rejects.toMatchObject({ originalError: { code: 20, codeName: 'IllegalOperation' } });
    await session.endSession();
  });

  it('lists, creates and drops collections and databases', async () => {
    const db = server.db();
    await db.createCollection('a');
    await db.collection('b').insertOne({});
    await expect(db.createCollection('a')).rejects.toMatchObject({ code: 48 });
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await db.listCollections({ name: 'a' }).toArray()).toHaveLength(1);
    await db.collection('a').drop();
    expect((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)).toEqual(['b']);
    expect((await db.admin().listDatabases()).databases.map(({ name }) => name)).toContain(db.databaseName);
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
  });
});
