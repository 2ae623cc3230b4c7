import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { GONE_MS, withMongo } from './clients.js';
import { farAway } from './far-away.js';
import type { Probe, ProbeLab } from './probe.js';
import { counted, figureOf, measurementOf, repeat, timed } from '../measurement/repetitions.js';

const ORDERS = 100;
/** What the guide takes for a query. */
const GUIDE_MS = 10;
const ROUNDS = 5;

export const nPlusOne: Probe = {
  id: 'n-plus-one',
  question: 'How many queries are a hundred orders with their restaurants, and how long do they take?',
  engines: ['mongo'],
  figures: {
    queries: 'queries of a list of a hundred orders that asks for each restaurant',
    'queries-batch': 'queries of the same list that asks for all restaurants at once',
    'time-here': 'time of the first, with the database on this machine',
    'time-away': `time of the first, with a database whose answers come ${String(GUIDE_MS)} ms later`,
    'time-batch-away': 'time of the second, with that database',
    'names-same-database': 'orders that $lookup finds a restaurant for, in percent, with both in one database',
    'names-other-database': 'the same, with restaurants in a database of their own',
  },
  measure: (lab) =>
    withMongo(lab, async (db, client) => {
      const restaurants = Array.from({ length: ORDERS }, (_, n) => ({ _id: n, name: `Restaurant ${String(n)}` }));
      await db.collection<{ _id: number }>('restaurants').insertMany(restaurants);
      const orders = restaurants.map(({ _id }) => ({ _id, restaurantId: _id }));
      await db.collection<{ _id: number }>('orders').insertMany(orders);
      const other = client.db('quickbite_probe_orders');
      try {
        await other.collection<{ _id: number }>('orders').insertMany(orders);
        const here = await measuredAt(lab, lab.engine('mongo').port);
        await using far = await farAway(lab.engine('mongo').port, GUIDE_MS);
        const away = await measuredAt(lab, far.port);
        return measurementOf({
          queries: counted(here.queries, ORDERS),
          'queries-batch': counted(here.queriesBatch, ORDERS),
          'time-here': figureOf('ms', here.times),
          'time-away': figureOf('ms', away.times),
          'time-batch-away': figureOf('ms', away.timesBatch),
          'names-same-database': counted(await namesFound(db), ORDERS, '%'),
          'names-other-database': counted(await namesFound(other), ORDERS, '%'),
        });
      } finally {
        await other.dropDatabase();
      }
    }),
};

interface ListMeasured {
  readonly queries: number;
  readonly queriesBatch: number;
  readonly times: readonly number[];
  readonly timesBatch: readonly number[];
}

async function measuredAt(lab: ProbeLab, port: number): Promise<ListMeasured> {
  const url = new URL(lab.engine('mongo').url);
  const client = new MongoClient(`mongodb://127.0.0.1:${String(port)}${url.pathname}`, {
    monitorCommands: true,
    directConnection: true,
    serverSelectionTimeoutMS: GONE_MS,
  });
  let finds = 0;
  client.on('commandStarted', ({ commandName }) => (finds += commandName === 'find' ? 1 : 0));
  const db = client.db('quickbite_probe');
  const during = async (work: () => Promise<void>): Promise<number> => {
    const before = finds;
    await work();
    return finds - before;
  };
  try {
    const queries = await during(() => oneByOne(db));
    const queriesBatch = await during(() => allAtOnce(db));
    const times = await repeat(ROUNDS, () => timed(() => oneByOne(db)));
    return { queries, queriesBatch, times, timesBatch: await repeat(ROUNDS, () => timed(() => allAtOnce(db))) };
  } finally {
    await client.close();
  }
}

async function oneByOne(db: Db): Promise<void> {
  for (const order of await db.collection('orders').find().toArray())
    await db.collection('restaurants').findOne({ _id: order['restaurantId'] as never });
}

async function allAtOnce(db: Db): Promise<void> {
  const orders = await db.collection('orders').find().toArray();
  const ids = orders.map((order) => order['restaurantId'] as never);
  await db
    .collection('restaurants')
    .find({ _id: { $in: ids } })
    .toArray();
}

/** What populate does within a database: here in one command. @returns the share of orders whose restaurant was found, in percent */
async function namesFound(db: Db): Promise<number> {
  const joined = await db
    .collection('orders')
    .aggregate([
      { $lookup: { from: 'restaurants', localField: 'restaurantId', foreignField: '_id', as: 'restaurant' } },
    ])
    .toArray();
  const found = joined.filter((order) => (order['restaurant'] as unknown[]).length > 0).length;
  return (100 * found) / joined.length;
}
