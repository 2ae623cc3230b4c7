import { withMongo } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const CITY = 500;
const CITIES = 20;
const CENTRE = [8.4, 49] as const;
const NEAREST = 10;

export const mongoGeo: Probe = {
  id: 'mongo-geo',
  question: 'What do searches by place take and give, and which of them does MongoDB refuse?',
  engines: ['mongo'],
  figures: {
    'counted-with-near': 'counts of drivers by countDocuments and $near that were answered, of one',
    'counted-with-geo-within': 'drivers that countDocuments and $geoWithin count within 5 km',
    'distances-from-find': 'drivers found by $near that say how far away they are, of ten',
    'distances-from-geo-near': 'the same, found by $geoNear with a distanceField',
    'in-order': 'drivers found by $near that are farther away than the one before, in percent',
    'found-swapped': 'drivers found within 5 km by somebody who gives latitude first',
    'read-in-one-city': `documents read for the ten nearest, of ${String(CITY)} in one city`,
    'read-in-all-cities': `the same, of ${(CITY * CITIES).toLocaleString('en')} in ${String(CITIES)} cities`,
    'read-without-index': 'documents read when every distance is computed, in all cities',
  },
  measure: (lab) =>
    withMongo(lab, async (db) => {
      const drivers = db.collection('drivers');
      await drivers.createIndexes([{ key: { location: '2dsphere' } }]);
      await drivers.insertMany(Array.from({ length: CITY }, (_, n) => driver(n)));
      const nearby = { $near: { $geometry: { type: 'Point', coordinates: [...CENTRE] }, $maxDistance: 5_000 } };
      const read = async (search: () => Promise<unknown>): Promise<number> => {
        const since = new Date();
        await db.command({ profile: 2 });
        try {
          await search();
        } finally {
          await db.command({ profile: 0 });
        }
        const noted = await db
          .collection('system.profile')
          .find({ ns: drivers.namespace, ts: { $gte: since } })
          .toArray();
        // A long answer comes in parts, each of which is noted.
        return Math.max(...noted.map((one) => Number(one['docsExamined'] ?? 0)));
      };
      const nearest = () => drivers.aggregate([near(CENTRE), { $limit: NEAREST }]).toArray();
      const refused = await drivers.countDocuments({ location: nearby }).then(
        () => 1,
        () => 0,
      );
      const within = await drivers.countDocuments({
        location: { $geoWithin: { $centerSphere: [[...CENTRE], 5_000 / EARTH_METRES] } },
      });
      const found = await drivers.find({ location: nearby }).limit(NEAREST).toArray();
      const measured = await nearest();
      const [longitude, latitude] = CENTRE;
      const swapped = await drivers.aggregate([near([latitude, longitude])]).toArray();
      const oneCity = await read(nearest);
      for (let city = 1; city < CITIES; city += 1)
        await drivers.insertMany(Array.from({ length: CITY }, (_, n) => driver(n, city)));
      const allCities = await read(nearest);
      const withoutIndex = await read(() => drivers.find({ status: 'available' }).toArray());
      return measurementOf({
        'counted-with-near': counted(refused, 1),
        'counted-with-geo-within': counted(within, CITY),
        'distances-from-find': counted(found.filter((one) => 'distance' in one).length, NEAREST),
        'distances-from-geo-near': counted(measured.filter((one) => 'distance' in one).length, NEAREST),
        'in-order': counted(shareInOrder(found), NEAREST, '%'),
        'found-swapped': counted(swapped.length, CITY),
        'read-in-one-city': counted(oneCity, 1),
        'read-in-all-cities': counted(allCities, 1),
        'read-without-index': counted(withoutIndex, 1),
      });
    }),
};

const EARTH_METRES = 6_378_100;

const near = (coordinates: readonly [number, number]) => ({
  $geoNear: {
    near: { type: 'Point' as const, coordinates: [...coordinates] as [number, number] },
    distanceField: 'distance',
    maxDistance: 5_000,
    spherical: true,
  },
});

/** Spread evenly by the golden ratio over 10 by 10 km, the same each time; cities lie a degree apart. */
function driver(n: number, city = 0) {
  const [longitude, latitude] = CENTRE;
  const coordinates = [
    longitude + 0.1 * ((n % CITY) / CITY - 0.5),
    latitude - city + 0.1 * (((n * 0.618_034) % 1) - 0.5),
  ];
  return { status: 'available', location: { type: 'Point', coordinates } };
}

function shareInOrder(found: readonly Record<string, unknown>[]): number {
  const metres = found.map((one) => distanceOf((one['location'] as { coordinates: [number, number] }).coordinates));
  const ordered = metres.slice(1).filter((far, n) => far >= (metres[n] ?? Infinity)).length;
  return (100 * ordered) / (metres.length - 1);
}

/** By the haversine formula, in metres. */
function distanceOf([longitude, latitude]: readonly [number, number]): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [dLat, dLng] = [radians(latitude - CENTRE[1]), radians(longitude - CENTRE[0])];
  const a =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(latitude)) * Math.cos(radians(CENTRE[1])) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(a));
}
