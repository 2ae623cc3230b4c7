import { withDocuments, withRedis } from './clients.js';
import type { Probe } from './probe.js';
import { MongoClient, ObjectId } from 'mongodb';
import { figureOf, measurementOf, repeat, timed, timeOf } from '../measurement/repetitions.js';

const RESTAURANTS = 200_000;

export const cacheAndDatabase: Probe = {
  id: 'cache-and-database',
  question: 'How long does Redis take for a copy, and MongoDB for a document, with an index and without?',
  engines: ['redis', 'mongo'],
  figures: {
    'redis-get': 'time of a GET of a copy of 2 kB (median)',
    'mongo-find-by-id': 'time of a find of one document by its id (median)',
    'mongo-find-by-index': 'time of a find of 20 documents by an index (median)',
    'mongo-scan': `time of a find without an index, among ${RESTAURANTS.toLocaleString('en')} documents`,
    'mongo-new-connection': 'time of a find that opens a connection first',
    'documents-examined-first': 'documents that MongoDB reads for a query that is asked for the first time',
    'documents-examined-again': 'the same, asked again',
  },
  measure: async (lab) => {
    const get = await withRedis(lab, async (redis) => {
      await redis.set('copy', 'x'.repeat(2_000));
      return timeOf(() => redis.get('copy'));
    });
    const documents = Array.from({ length: RESTAURANTS }, (_, n) => ({
      name: `Restaurant ${String(n)}`,
      cuisine: `cuisine ${String(n % (RESTAURANTS / 20))}`,
      number: n,
    }));
    return withDocuments(lab, documents, async (restaurants, db) => {
      const _id = new ObjectId();
      await restaurants.insertOne({ _id, name: 'The one' });
      const byId = await timeOf(() => restaurants.findOne({ _id }));
      const scan = await repeat(4, () => timed(() => restaurants.findOne({ number: -1 })));
      await restaurants.createIndexes([{ key: { cuisine: 1 } }]);
      const byIndex = await timeOf(() => restaurants.find({ cuisine: 'cuisine 7' }).toArray());
      const examined = async (): Promise<number> => {
        await db.command({ profile: 2 });
        const since = new Date();
        await restaurants.find({ cuisine: 'cuisine 8' }).toArray();
        await db.command({ profile: 0 });
        const noted = await db
          .collection('system.profile')
          .find({ ns: restaurants.namespace, ts: { $gte: since }, 'command.filter.cuisine': 'cuisine 8' })
          .toArray();
        return Math.max(...noted.map((one) => Number(one['docsExamined'] ?? 0)));
      };
      const [first, again] = [await examined(), await examined()];
      const opening = await repeat(10, () =>
        timed(async () => {
          const client = new MongoClient(lab.engine('mongo').url);
          await client.db(db.databaseName).collection('things').findOne({ _id });
          await client.close();
        }),
      );
      return measurementOf({
        'redis-get': get,
        'mongo-find-by-id': byId,
        'mongo-find-by-index': byIndex,
        // The first one warms up.
        'mongo-scan': figureOf('ms', scan.slice(1)),
        'mongo-new-connection': figureOf('ms', opening.slice(1)),
        'documents-examined-first': figureOf('count', [first]),
        'documents-examined-again': figureOf('count', [again]),
      });
    });
  },
};
