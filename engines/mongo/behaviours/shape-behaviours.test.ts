import { describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';
import { point, square } from './shapes.test.js';

/** Stored lines, polygons and collections, and how they lie to others. */
export function shapeBehaviours({ c, index }: Fixture): void {
  const ids = async (filter: object) => (await c().find(filter).toArray()).map(({ _id }) => _id);
  const sorted = async (filter: object) => (await ids(filter)).sort();
  const shapes = () =>
    c().insertMany([
      { _id: 'west', at: square(0, 0, 1, 1) },
      { _id: 'east', at: square(2, 0, 3, 1) },
      {
        _id: 'line',
        at: {
          type: 'LineString',
          coordinates: [
            [0.5, 0.5],
            [2.5, 0.5],
          ],
        },
      },
      {
        _id: 'points',
        at: {
          type: 'MultiPoint',
          coordinates: [
            [0.5, 0.5],
            [9, 9],
          ],
        },
      },
      {
        _id: 'hole',
        at: { type: 'Polygon', coordinates: [square(4, 0, 7, 3).coordinates[0], square(5, 1, 6, 2).coordinates[0]] },
      },
    ]);

  describe('areas', () => {
    manual('reference/operator/query/geoWithin', 'a polygon has holes, a MultiPolygon parts', async () => {
      await c().insertMany([point([5.5, 1.5]), point([4.5, 0.5]), point([20.5, 0.5])].map((at, _id) => ({ _id, at })));
      const holed = [square(4, 0, 7, 3).coordinates[0], square(5, 1, 6, 2).coordinates[0]];
      expect(await ids({ at: { $geoWithin: { $geometry: { type: 'Polygon', coordinates: holed } } } })).toEqual([1]);
      const parts = { type: 'MultiPolygon', coordinates: [holed, square(20, 0, 21, 1).coordinates] };
      expect(await sorted({ at: { $geoWithin: { $geometry: parts } } })).toEqual([1, 2]);
    });
    manual('reference/operator/query/geoWithin', 'a stored shape has to be inside altogether', async () => {
      await shapes();
      expect(await sorted({ at: { $geoWithin: { $geometry: square(-1, -1, 2.2, 2) } } })).toEqual(['west']);
      expect(await sorted({ at: { $geoWithin: { $geometry: square(-1, -1, 3.5, 2) } } })).toEqual([
        'east',
        'line',
        'west',
      ]);
    });
    manual('reference/operator/query/box', '$box, $center and $polygon are flat', async () => {
      await c().insertMany(
        [
          [1, 1],
          [2, 3],
          [9, 9],
        ].map((at, _id) => ({ _id, at })),
      );
      expect(
        await sorted({
          at: {
            $geoWithin: {
              $box: [
                [0, 0],
                [2, 3],
              ],
            },
          },
        }),
      ).toEqual([0, 1]);
      expect(await sorted({ at: { $geoWithin: { $center: [[1, 1], 2] } } })).toEqual([0]);
      expect(
        await sorted({
          at: {
            $geoWithin: {
              $polygon: [
                [0, 0],
                [4, 0],
                [0, 4],
              ],
            },
          },
        }),
      ).toEqual([0]);
    });
  });

  describe('intersecting', () => {
    const touching = (geometry: object) => sorted({ at: { $geoIntersects: { $geometry: geometry } } });

    manual('reference/operator/query/geoIntersects', 'a point meets the polygons around it', async () => {
      await shapes();
      await index({ at: '2dsphere' });
      expect(await touching(point([0.5, 0.5]))).toEqual(['line', 'points', 'west']);
      expect(await touching(point([5.5, 1.5]))).toEqual([]);
    });
    manual(
      'reference/operator/query/geoIntersects',
      'polygons meet polygons that overlap, lie inside, or touch',
      async () => {
        await shapes();
        for (const indexed of [false, true]) {
          if (indexed) await index({ at: '2dsphere' });
          expect(await touching(square(0.9, 0.9, 2.1, 1.5))).toEqual(['east', 'west']);
          expect(await touching(square(4.2, 0.2, 4.4, 0.4))).toEqual(['hole']);
          expect(await touching(square(-1, -1, 3.5, 2))).toEqual(['east', 'line', 'points', 'west']);
          expect(await touching(square(5.2, 1.2, 5.8, 1.8))).toEqual([]);
        }
      },
    );
    manual('reference/operator/query/geoIntersects', 'lines meet what they cross', async () => {
      await shapes();
      expect(
        await touching({
          type: 'LineString',
          coordinates: [
            [1.5, -1],
            [1.5, 2],
          ],
        }),
      ).toEqual(['line']);
      expect(
        await touching({
          type: 'LineString',
          coordinates: [
            [-1, 0.2],
            [3.5, 0.2],
          ],
        }),
      ).toEqual(['east', 'west']);
      expect(await touching({ type: 'GeometryCollection', geometries: [point([9, 9]), point([2.5, 0.2])] })).toEqual([
        'east',
        'points',
      ]);
    });
  });

  describe('distance', () => {
    manual('reference/operator/query/near', 'to a shape is to its nearest point, and 0 inside', async () => {
      await shapes();
      await index({ at: '2dsphere' });
      const near = (at: [number, number], $maxDistance: number) =>
        ids({ at: { $near: { $geometry: point(at), $maxDistance } } });
      expect((await near([0.2, 0.2], 1)).sort()).toEqual(['west']);
      expect(await near([1.5, 0.6], 12_000)).toEqual(['line']);
    });
  });
}
