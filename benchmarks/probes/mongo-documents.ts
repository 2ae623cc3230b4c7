import { BSON } from 'mongodb';
import { withMongo } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const KEPT = 100;
const REPORTS = 400;
/** What fits into a document, according to MongoDB. */
const LIMIT_BYTES = 16 * 2 ** 20;

export const mongoDocuments: Probe = {
  id: 'mongo-documents',
  question: 'How large may a document become, and how far back does a bounded history go?',
  engines: ['mongo'],
  figures: {
    'menu-bytes': 'bytes of a restaurant with the 200 dishes that it may have',
    'sixteen-megabytes-taken': 'documents of more than 16 MB that were taken, of one',
    'positions-kept': `positions in a history of the last ${String(KEPT)} after ${String(REPORTS)} reports`,
    'span-at-30-s': 'seconds between the oldest and the newest of them, with a report every 30 s',
    'hours-at-10-s': 'the same, with a report every 10 s',
  },
  measure: (lab) =>
    withMongo(lab, async (db) => {
      const menu = Array.from({ length: 200 }, (_, n) => ({
        name: `Dish number ${String(n)} of the house`,
        price: { amount: 1_290, currency: 'EUR' },
        description: 'with what belongs to it',
      }));
      const restaurants = db.collection('restaurants');
      await restaurants.insertOne({ name: 'The largest', menu });
      const stored = await restaurants.findOne();
      const taken = await restaurants.insertOne({ photo: Buffer.alloc(LIMIT_BYTES) }).then(
        () => 1,
        () => 0,
      );
      const slow = await trackedFor(db.collection('slow'), 30);
      const fast = await trackedFor(db.collection('fast'), 10);
      return measurementOf({
        'menu-bytes': counted(BSON.calculateObjectSize(stored ?? {}), 1, 'bytes'),
        'sixteen-megabytes-taken': counted(taken, 1),
        'positions-kept': counted(slow.kept, REPORTS),
        'span-at-30-s': counted(slow.seconds, REPORTS, 's'),
        'hours-at-10-s': counted(fast.seconds, REPORTS, 's'),
      });
    }),
};

interface Tracks {
  insertOne(document: object): Promise<unknown>;
  updateOne(filter: object, update: object): Promise<unknown>;
  findOne(filter: object): Promise<Record<string, unknown> | null>;
}

/** Reports positions some seconds apart, with the clock turned on by hand, into an array that keeps the last hundred. */
async function trackedFor(drivers: Tracks, everySeconds: number): Promise<{ kept: number; seconds: number }> {
  await drivers.insertOne({ driver: 1, history: [] });
  for (let n = 0; n < REPORTS; n += 1) {
    const position = { at: new Date(n * everySeconds * 1_000), location: { type: 'Point', coordinates: [8.4, 49] } };
    await drivers.updateOne({ driver: 1 }, { $push: { history: { $each: [position], $slice: -KEPT } } });
  }
  const { history } = (await drivers.findOne({ driver: 1 })) as unknown as { history: { at: Date }[] };
  const times = history.map(({ at }) => at.getTime() / 1_000);
  return { kept: history.length, seconds: Math.max(...times) - Math.min(...times) };
}
