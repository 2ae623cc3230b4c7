import { MongoClient } from 'mongodb';
import type { MongoClientOptions } from 'mongodb';
import { GONE_MS, withMongo } from './clients.js';
import { farAway } from './far-away.js';
import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const ASKED = 300;
/** Long enough for every connection to be made before the first answer is there: the driver makes two at a time. */
const SLOW_MS = 2_000;
const QUICK_MS = 50;
const QUERY = 'quickbite_probe_pool';

export const driverPool: Probe = {
  id: 'driver-pool',
  question: 'How many connections does the driver open for 300 queries at once, and does a small pool fail fast?',
  engines: ['mongo'],
  figures: {
    'connections-default': `connections that ${String(ASKED)} queries at once open, as the driver comes`,
    'connections-ten': 'the same, with maxPoolSize 10',
    'refused-ten': 'of those queries, how many failed instead of waiting, with maxPoolSize 10',
    'refused-ten-bounded': 'the same, with waitQueueTimeoutMS besides',
    'pool-size-from-server-config': 'sizes of the pool that db.serverConfig told, of one',
  },
  measure: async (lab) => {
    const { port } = lab.engine('mongo');
    await using slow = await farAway(port, SLOW_MS, QUERY);
    await using quick = await farAway(port, QUICK_MS, QUERY);
    const byDefault = await queryAtOnce(slow.port, {});
    const ten = await queryAtOnce(quick.port, { maxPoolSize: 10 });
    // A tenth of what the last one has to wait.
    const bounded = await queryAtOnce(quick.port, { maxPoolSize: 10, waitQueueTimeoutMS: 3 * QUICK_MS });
    const told = await withMongo(lab, async (db) => {
      await db.command({ ping: 1 });
      const config: unknown = Reflect.get(db, 'serverConfig');
      return typeof config === 'object' && config !== null && 'poolSize' in config ? 1 : 0;
    });
    return measurementOf({
      'connections-default': counted(byDefault.connections, ASKED),
      'connections-ten': counted(ten.connections, ASKED),
      'refused-ten': counted(ten.failed, ASKED),
      'refused-ten-bounded': counted(bounded.failed, ASKED),
      'pool-size-from-server-config': counted(told, 1),
    });
  },
};

async function queryAtOnce(
  port: number,
  options: MongoClientOptions,
): Promise<{ readonly connections: number; readonly failed: number }> {
  const client = new MongoClient(`mongodb://127.0.0.1:${String(port)}/`, {
    ...options,
    directConnection: true,
    serverSelectionTimeoutMS: GONE_MS,
  });
  // Monitoring has connections of its own, which are in no pool and not counted by this event.
  let connections = 0;
  client.on('connectionCreated', () => (connections += 1));
  try {
    const things = client.db(QUERY).collection('things');
    const answers = await Promise.allSettled(Array.from({ length: ASKED }, () => things.findOne()));
    return { connections, failed: answers.filter(({ status }) => status === 'rejected').length };
  } finally {
    await client.close();
  }
}
