import { withMongo } from './clients.js';
import type { Probe } from './probe.js';
import { figureOf, measurementOf, repeat } from '../measurement/repetitions.js';

const WRITES = 4_000;
const AT_ONCE = 50;
const EMBEDDED =
  'MongoDB is the embedded engine here, whose speed says nothing about a mongod: install one, or set QUICKBITE_LAUNCHER=docker.';

export const mongoWrites: Probe = {
  id: 'mongo-writes',
  question: 'How many writes a second does one MongoDB take, and what do indexes cost them?',
  engines: ['mongo'],
  figures: {
    'writes-a-second': 'single inserts a second, fifty at a time, acknowledged',
    'write-without-indexes': 'time of a single insert into a collection without further indexes',
    'write-with-indexes': 'the same, with a text index and five others',
  },
  measure: async (lab) => {
    if (lab.engine('mongo').source === 'embedded') {
      const names = Object.keys(mongoWrites.figures);
      return { figures: {}, withheld: Object.fromEntries(names.map((name) => [name, EMBEDDED])) };
    }
    return withMongo(lab, async (db) => {
      const write = async (name: string): Promise<number> => {
        const orders = db.collection<{ _id: string }>(name);
        const started = performance.now();
        let next = 0;
        const worker = async (): Promise<void> => {
          for (let n = next++; n < WRITES; n = next++) await orders.insertOne(order(n));
        };
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        return (1_000 * WRITES) / (performance.now() - started);
      };
      const plain = await repeat(4, (n) => write(`plain-${String(n)}`));
      const indexed = await repeat(4, async (n) => {
        const orders = db.collection(`indexed-${String(n)}`);
        await orders.createIndexes([{ key: { name: 'text', description: 'text' } }]);
        for (const field of ['customer', 'restaurant', 'status', 'at', 'total'])
          await orders.createIndexes([{ key: { [field]: 1 } }]);
        return write(`indexed-${String(n)}`);
      });
      const eachMs = (perSecond: readonly number[]): number[] => perSecond.slice(1).map((rate) => 1_000 / rate);
      return measurementOf({
        'writes-a-second': figureOf('/s', plain.slice(1), 3 * WRITES),
        'write-without-indexes': figureOf('ms', eachMs(plain), 3 * WRITES),
        'write-with-indexes': figureOf('ms', eachMs(indexed), 3 * WRITES),
      });
    });
  },
};

const order = (n: number) => ({
  _id: `order-${String(n)}`,
  ...{ customer: n % 100, restaurant: n % 30, status: 'PENDING', at: new Date(), total: n },
  ...{
    name: `Order number ${String(n)}`,
    description: 'Margherita, Quattro Stagioni, a large salad and two bottles of water',
  },
});
