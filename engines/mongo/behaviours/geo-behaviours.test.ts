import { type Document, type FindCursor } from 'mongodb';
import { describe, expect } from 'vitest';
import { readExplanation } from './explained.test.js';
import { manual, type Fixture } from './fixture.test.js';
import { point, square, type Pair } from './shapes.test.js';

const CENTRE: Pair = [77.5946, 12.9716];
/** Metres on MongoDB's radius by the spherical law of cosines: not the formula of the engine. */
function metres([lng1, lat1]: Pair, [lng2, lat2]: Pair): number {
  const [p1, p2, dl] = [lat1, lat2, lng2 - lng1].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  return Math.acos(Math.min(1, Math.sin(p1) * Math.sin(p2) + Math.cos(p1) * Math.cos(p2) * Math.cos(dl))) * 6_378_100;
}

/** Positions: 2dsphere indexes, nearness and areas. */
export function geoBehaviours({ c, index }: Fixture): void {
  const grid = Array.from({ length: 400 }, (_, n) => ({
    _id: n,
    status: n % 2 ? 'free' : 'busy',
    location: point([77.4 + (n % 20) * 0.021, 12.8 + Math.floor(n / 20) * 0.017]),
  }));
  const away = ({ location }: { location: { coordinates: Pair } }) => metres(CENTRE, location.coordinates);
  const nearest = (least: number, most: number) =>
    grid.filter((one) => away(one) >= least && away(one) <= most).sort((a, b) => away(a) - away(b));
  const ids = async (filter: object) => (await c().find(filter).toArray()).map(({ _id }) => _id);
  const sorted = async (filter: object) => (await ids(filter)).sort();
  const explain = async (cursor: FindCursor<Document>) => readExplanation(await cursor.explain('executionStats'));
  const fill = async (...keys: Record<string, 1 | '2dsphere'>[]) => {
    await c().insertMany(grid);
    for (const key of keys) await index(key);
  };

  describe('near', () => {
    manual('reference/operator/query/near', '$near finds the nearest first', async () => {
      await fill({ location: '2dsphere' });
      expect(await ids({ location: { $near: { $geometry: point(CENTRE) } } })).toEqual(
        nearest(0, Infinity).map(({ _id }) => _id),
      );
    });
    manual('reference/operator/query/near', '$near looks further where few are near, up to the limit', async () => {
      const north = (m: number) => point([CENTRE[0], CENTRE[1] + (m / 6_378_100) * (180 / Math.PI)]);
      const distances = [3000, 20, 50_000, 240, 260, 120, 700];
      await c().insertMany(distances.map((m) => ({ _id: m, location: north(m) })));
      await index({ location: '2dsphere' });
      const near = c().find({ location: { $near: { $geometry: point(CENTRE) } } });
      expect((await near.limit(6).toArray()).map(({ _id }) => Number(_id))).toEqual([20, 120, 240, 260, 700, 3000]);
    });
    manual(
      'reference/operator/query/near',
      '$near keeps to $minDistance and $maxDistance, and to other conditions',
      async () => {
        await fill({ location: '2dsphere' });
        const near = { $near: { $geometry: point(CENTRE), $minDistance: 1000, $maxDistance: 9000 } };
        const expected = nearest(1000, 9000)
          .filter(({ status }) => status === 'free')
          .map(({ _id }) => _id);
        expect(expected.length).toBeGreaterThan(10);
        expect(await ids({ location: near, status: 'free' })).toEqual(expected);
      },
    );
    manual(
      'reference/operator/query/nearSphere',
      '$nearSphere takes a legacy pair, with distances in radians',
      async () => {
        await fill({ location: '2dsphere' });
        expect(await ids({ location: { $nearSphere: CENTRE, $maxDistance: 5 / 6378.1 } })).toEqual(
          nearest(0, 5000).map(({ _id }) => _id),
        );
      },
    );
    manual('reference/operator/query/near#2dsphere-index', '$near needs an index', async () => {
      await fill();
      await expect(ids({ location: { $near: { $geometry: point(CENTRE) } } })).rejects.toMatchObject({ code: 291 });
    });
    manual('reference/operator/query/near#restrictions', '$near is not for counting: $geoWithin is', async () => {
      await fill({ location: '2dsphere' });
      await expect(c().countDocuments({ location: { $near: { $geometry: point(CENTRE) } } })).rejects.toMatchObject({
        code: 5626500,
      });
    });
    manual('core/indexes/index-types/geospatial/2dsphere', 'works across the date line', async () => {
      await index({ at: '2dsphere' });
      await c().insertMany([179.99, -179.99, 0].map((lng, _id) => ({ _id, at: point([lng, 10]) })));
      expect(await sorted({ at: { $near: { $geometry: point([-179.995, 10]), $maxDistance: 5000 } } })).toEqual([0, 1]);
    });
    manual(
      'core/indexes/index-types/geospatial/2dsphere/create/create-compound',
      'uses the fields before the position',
      async () => {
        await fill({ status: 1, location: '2dsphere' });
        const plan = await explain(
          c().find({ status: 'free', location: { $near: { $geometry: point(CENTRE), $maxDistance: 9000 } } }),
        );
        expect(plan.indexes).toEqual(expect.arrayContaining(['status_1_location_2dsphere']));
        expect(plan.returned).toBe(nearest(0, 9000).filter(({ status }) => status === 'free').length);
        // Documents of the other status are not read.
        expect(plan.docs).toBeLessThan(201);
      },
    );
    manual(
      'core/indexes/index-types/geospatial/2dsphere/create/create-compound',
      'uses the fields after the position',
      async () => {
        await fill({ location: '2dsphere', status: 1 });
        const within = { $geoWithin: { $centerSphere: [CENTRE, 9 / 6378.1] } };
        const plan = await explain(c().find({ location: within, status: 'free' }));
        expect([plan.stages.includes('IXSCAN'), plan.returned]).toEqual([
          true,
          nearest(0, 9000).filter(({ status }) => status === 'free').length,
        ]);
        expect(plan.docs).toBeLessThan(plan.keys);
      },
    );
  });

  describe('$geoNear', () => {
    const measure = async (options: object) =>
      c()
        .aggregate([{ $geoNear: { near: point(CENTRE), distanceField: 'away.metres', key: 'location', ...options } }])
        .toArray();

    manual(
      'reference/operator/aggregation/geoNear',
      'gives distances within 0.1 % of the spherical formula',
      async () => {
        const places: Pair[] = [
          [80.2707, 13.0827],
          [72.8777, 19.076],
          [-0.1278, 51.5074],
          [77.5947, 12.9717],
          [-102.4, -12.9],
        ];
        await index({ location: '2dsphere' });
        await c().insertMany(places.map((at, _id) => ({ _id, location: point(at) })));
        const found = await measure({});
        expect(found).toHaveLength(5);
        for (const {
          location,
          away: { metres: distance },
        } of found as { location: { coordinates: Pair }; away: { metres: number } }[])
          expect(Math.abs(distance / metres(CENTRE, location.coordinates) - 1)).toBeLessThan(0.001);
      },
    );
    manual(
      'reference/operator/aggregation/geoNear',
      'takes a query, distances, a multiplier and a place for the position',
      async () => {
        await fill({ location: '2dsphere' });
        const found = await measure({
          query: { status: 'busy' },
          minDistance: 500,
          maxDistance: 4000,
          distanceMultiplier: 0.001,
          includeLocs: 'found',
        });
        const expected = nearest(500, 4000).filter(({ status }) => status === 'busy');
        expect(found.map(({ _id }) => _id as number)).toEqual(expected.map(({ _id }) => _id));
        expect(found[0]).toMatchObject({ found: expected[0]?.location });
        expect((found[0]?.['away'] as { metres: number }).metres).toBeCloseTo(
          away(expected[0] ?? { location: point(CENTRE) }) / 1000,
          2,
        );
      },
    );
    manual('reference/operator/aggregation/geoNear', 'is the first stage, and needs an index', async () => {
      await fill();
      await expect(measure({})).rejects.toMatchObject({ code: 291 });
      await index({ location: '2dsphere' });
      const stage = { $geoNear: { near: point(CENTRE), distanceField: 'd' } };
      await expect(
        c()
          .aggregate([{ $limit: 1 }, stage])
          .toArray(),
      ).rejects.toThrow('first stage');
      expect(
        await c()
          .aggregate([stage, { $limit: 3 }, { $project: { d: 1 } }])
          .toArray(),
      ).toHaveLength(3);
    });
  });

  describe('within', () => {
    const circle = { location: { $geoWithin: { $centerSphere: [CENTRE, 5 / 6378.1] } } };
    const box = { location: { $geoWithin: { $geometry: square(77.5, 12.9, 77.6, 13.0) } } };
    const inBox = grid.filter(
      ({
        location: {
          coordinates: [x, y],
        },
      }) => x > 77.5 && x < 77.6 && y > 12.9 && y < 13,
    ).length;

    manual(
      'reference/operator/query/centerSphere',
      '$centerSphere is a circle, with an index and without',
      async () => {
        await fill();
        const scanned = await c().countDocuments(circle);
        expect(scanned).toBe(nearest(0, 5000).length);
        await index({ location: '2dsphere' });
        expect(await c().countDocuments(circle)).toBe(scanned);
        expect((await explain(c().find(circle))).docs).toBeLessThan(200);
      },
    );
    manual('reference/operator/query/geoWithin', '$geometry is a polygon, with an index and without', async () => {
      await fill();
      expect(await c().countDocuments(box)).toBe(inBox);
      await index({ location: '2dsphere' });
      expect(await c().countDocuments(box)).toBe(inBox);
      expect((await explain(c().find(box))).stages).toContain('IXSCAN');
    });
  });

  describe('a 2dsphere index', () => {
    manual('core/indexes/index-types/geospatial/2dsphere', 'refuses what is not a position', async () => {
      await index({ location: '2dsphere' });
      await expect(c().insertOne({ _id: 1, location: point([200, 0]) })).rejects.toMatchObject({ code: 16755 });
      await expect(c().insertOne({ _id: 2, location: { type: 'Point', coordinates: 'x' } })).rejects.toMatchObject({
        code: 16755,
      });
      expect(await c().countDocuments()).toBe(0);
    });
    manual(
      'core/indexes/index-types/geospatial/2dsphere#sparse-by-default',
      'leaves out documents without a position',
      async () => {
        await index({ location: '2dsphere' });
        await c().insertMany([{ _id: 1 }, { _id: 2, location: point(CENTRE) }]);
        expect(await ids({ location: { $near: { $geometry: point(CENTRE) } } })).toEqual([2]);
      },
    );
    manual('core/indexes/index-types/geospatial/2dsphere', 'follows moves', async () => {
      await index({ location: '2dsphere' });
      await c().insertOne({ _id: 1, location: point([0, 0]) });
      await c().updateOne({ _id: 1 }, { $set: { location: point(CENTRE) } });
      const near = (at: Pair) => ids({ location: { $near: { $geometry: point(at), $maxDistance: 100 } } });
      expect([await near(CENTRE), await near([0, 0])]).toEqual([[1], []]);
    });
  });
}
