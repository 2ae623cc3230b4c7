import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { fuzz } from '../testing/fuzz.js';
import type { Random } from '../testing/seeded-random.js';
import { spawnServer, temporaryFolder } from './testing/spawn-server.test.js';
import { framed, opMsg } from './testing/wire-messages.test.js';

const FRAMES = 100_000;
const SEED = 20_261_121;

/** Valid messages of every kind, small, on a few documents: what they find does not grow with their number. */
function messages(random: Random): Buffer {
  const id = random.below(50);
  const at = { type: 'Point', coordinates: [random.below(10), random.below(10)] };
  const command = random.pick<() => object>([
    () => ({ hello: 1 }),
    () => ({ find: 'fuzz', filter: { n: { $gte: id }, tags: { $in: ['a', /b/] } }, sort: { n: -1 }, limit: 5 }),
    () => ({ find: 'fuzz', filter: { at: { $near: { $geometry: at, $maxDistance: 1000 } } }, projection: { at: 0 } }),
    () => ({ find: 'fuzz', filter: { $text: { $search: 'word -other "a phrase"' } }, batchSize: 1 }),
    () => ({ getMore: 5n, collection: 'fuzz' }),
    () => ({ insert: 'fuzz', documents: [{ _id: id, n: id, tags: ['a', 'b'], at, text: 'a word' }], ordered: false }),
    () => ({
      update: 'fuzz',
      updates: [{ q: { _id: id }, u: { $set: { 'a.b': id }, $push: { tags: 'c' } }, upsert: true }],
    }),
    () => ({
      update: 'fuzz',
      updates: [{ q: { _id: id }, u: [{ $set: { n: { $add: ['$n', 1] } } }, { $unset: 'tags' }] }],
    }),
    () => ({
      findAndModify: 'fuzz',
      query: { _id: id },
      update: { $inc: { 'list.$[x].n': 1 } },
      arrayFilters: [{ 'x.n': 1 }],
    }),
    () => ({ delete: 'fuzz', deletes: [{ q: { n: id }, limit: 1 }] }),
    () => ({
      aggregate: 'fuzz',
      pipeline: [{ $match: { n: 1 } }, { $group: { _id: '$n', s: { $sum: 1 } } }],
      cursor: {},
    }),
    () => ({ createIndexes: 'fuzz', indexes: [{ key: { n: 1 }, name: 'n_1', sparse: true }] }),
    () => ({ explain: { find: 'fuzz', filter: { n: id } }, verbosity: 'executionStats' }),
    () => ({ listIndexes: 'fuzz', cursor: {} }),
    () => ({ profile: -1 }),
  ])();
  const document = { ...command, $db: 'fuzz', lsid: { id: random.bytes(16) } };
  return random.chance(0.1) ? legacyHello() : framed(2013, opMsg(document), undefined, random.below(1 << 30));
}

function legacyHello(): Buffer {
  const parts = [Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8, 1), serialize({ isMaster: 1 })];
  return framed(2004, Buffer.concat(parts));
}

it(
  `serves a client while ${FRAMES} malformed messages arrive, without ending and without growing`,
  async () => {
    await using folder = await temporaryFolder();
    await using server = await spawnServer(folder.path);
    const client = await new MongoClient(server.url, { maxPoolSize: 1 }).connect();
    try {
      const healthy = client.db('healthy').collection<{ _id: number; n: number }>('c');
      await healthy.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, n: 0 })));
      let asked = 0;
      const report = await fuzz({
        port: server.port,
        pid: server.process.pid ?? 0,
        frames: messages,
        healthy: async () => {
          asked += 1;
          await healthy.updateOne({ _id: asked % 10 }, { $set: { n: asked } });
          expect(await healthy.findOne({ _id: asked % 10 })).toEqual({ _id: asked % 10, n: asked });
        },
        count: FRAMES,
        seed: SEED,
      });
      console.log(`mongo fuzz, seed ${SEED}: ${JSON.stringify(report)}`);
      expect(report.frames).toBeGreaterThanOrEqual(FRAMES);
      expect(await healthy.countDocuments()).toBe(10);
    } finally {
      await client.close();
    }
  },
  30 * 60_000,
);
