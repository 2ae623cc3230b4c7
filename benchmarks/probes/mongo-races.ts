import type { Collection, Document } from 'mongodb';
import { withMongo } from './clients.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const CUSTOMERS = 10;
const TAPS = 8;
const RACES = 20;

export const mongoRaces: Probe = {
  id: 'mongo-races',
  question: 'What do two requests at the same moment make of check-then-write, and of a condition in the write?',
  engines: ['mongo'],
  figures: {
    'orders-find-then-insert': `unpaid orders of ${String(CUSTOMERS)} customers who tapped ${String(TAPS)} times each, looking first`,
    'orders-unique-index': 'the same, with a unique index on unpaid orders',
    'both-told-yes-without-version': `of ${String(RACES)} orders changed twice from the same version, how many took both changes`,
    'both-told-yes-with-version': 'the same, with the version in the filter',
    'orders-of-one-driver': 'orders that the nearest free driver got when eight looked for one at once, then assigned',
    'orders-of-one-driver-conditional': 'the same, with "available" in the filter of the write',
  },
  measure: (lab) =>
    withMongo(lab, async (db) => {
      // Everybody looks before anybody writes, which is what the same moment means.
      const looking = db.collection('looking');
      const taps = Array.from({ length: CUSTOMERS * TAPS }, (_, n) => n % CUSTOMERS);
      const seen = await Promise.all(taps.map((customer) => looking.findOne({ customer, status: 'PENDING' })));
      await Promise.all(
        taps.map(async (customer, n) => {
          if (seen[n] === null) await looking.insertOne({ customer, status: 'PENDING' });
        }),
      );
      const unique = db.collection('unique');
      await unique.createIndexes([
        { key: { customer: 1 }, unique: true, partialFilterExpression: { status: 'PENDING' } },
      ]);
      await Promise.allSettled(taps.map((customer) => unique.insertOne({ customer, status: 'PENDING' })));
      return measurementOf({
        'orders-find-then-insert': counted(await looking.countDocuments(), taps.length),
        'orders-unique-index': counted(await unique.countDocuments(), taps.length),
        'both-told-yes-without-version': counted(await bothTold(db.collection('blind'), false), RACES),
        'both-told-yes-with-version': counted(await bothTold(db.collection('versioned'), true), RACES),
        'orders-of-one-driver': counted(await assigned(db.collection('drivers'), false), 8),
        'orders-of-one-driver-conditional': counted(await assigned(db.collection('claimed'), true), 8),
      });
    }),
};

async function bothTold(orders: Collection, withVersion: boolean): Promise<number> {
  let both = 0;
  for (let n = 0; n < RACES; n += 1) {
    const { insertedId: _id } = await orders.insertOne({ status: 'CONFIRMED', version: 1 });
    const change = (status: string): Promise<{ modifiedCount: number }> =>
      orders.updateOne(withVersion ? { _id, version: 1 } : { _id }, { $set: { status }, $inc: { version: 1 } });
    const told = await Promise.all([change('CANCELLED'), change('PREPARING')]);
    if (told.every(({ modifiedCount }) => modifiedCount === 1)) both += 1;
  }
  return both;
}

/** Eight drivers, eight orders at once; each order takes the nearest who is free. @returns the most orders of one driver */
async function assigned(drivers: Collection, conditional: boolean): Promise<number> {
  await drivers.insertMany(Array.from({ length: 8 }, (_, n) => ({ metres: 100 * n, available: true, orders: 0 })));
  const taken: Document = { $set: { available: false }, $inc: { orders: 1 } };
  const nearest = { sort: { metres: 1 } } as const;
  const orders = Array.from({ length: 8 }, (_, n) => n);
  if (conditional) await Promise.all(orders.map(() => drivers.findOneAndUpdate({ available: true }, taken, nearest)));
  else {
    const found = await Promise.all(orders.map(() => drivers.findOne({ available: true }, nearest)));
    for (const driver of found) if (driver) await drivers.updateOne({ _id: driver._id }, taken);
  }
  const [busiest] = await drivers.find().sort({ orders: -1 }).limit(1).toArray();
  return Number(busiest?.['orders']);
}
