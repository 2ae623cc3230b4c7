import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MongoClient, type Document } from 'mongodb';
import type { ConnectedClient, Contender, EngineBenchmark, Workload } from './benchmark.js';
import { MongoWireClient } from './mongo-wire-client.js';

/** The embedded MongoDB, beside an installed mongod where there is one, with 100,000 documents under three indexes. */

const MAIN = fileURLToPath(new URL('../../../engines/dist/mongo/main.js', import.meta.url));
const DOCUMENTS = 100_000;
const BATCH = 1000;
const DATABASE = 'bench';

function contenders(): readonly Contender[] {
  const embedded: Contender = {
    title: 'embedded',
    command: process.execPath,
    args: (port, folder) => [MAIN, '--port', String(port), '--data', folder],
  };
  const { status, stdout } = spawnSync('mongod', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return [embedded];
  const native: Contender = {
    title: `mongod ${/v(\d\S*)/.exec(stdout)?.[1] ?? ''}`,
    command: 'mongod',
    args: (port, folder) => ['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder],
  };
  return [embedded, native];
}

function restaurant(n: number): Document {
  return {
    _id: n,
    n,
    city: `c${n % 50}`,
    rating: n % 7,
    name: `restaurant ${n % 1000}`,
    menu: [
      { name: 'dal', price: 500 },
      { name: 'naan', price: 120 },
    ],
  };
}

/** Makes the collection where it is not there yet: the workloads share it, and each round finds it. */
async function prepare(client: MongoWireClient): Promise<void> {
  const { n } = await client.command({ count: 'restaurants', $db: DATABASE });
  if (Number(n) >= DOCUMENTS) return;
  const indexes = [
    { key: { n: 1 }, name: 'n_1' },
    { key: { city: 1, rating: -1 }, name: 'city_1_rating_-1' },
  ];
  await client.command({ createIndexes: 'restaurants', indexes, $db: DATABASE });
  for (let from = 0; from < DOCUMENTS; from += BATCH) {
    const documents = Array.from({ length: BATCH }, (_, index) => restaurant(from + index));
    await client.command({ insert: 'restaurants', documents, $db: DATABASE });
  }
}

/** A client of the bare protocol, each request made by `request` from its number. */
function wire(request: (client: MongoWireClient, number: number) => Promise<void>): Workload['connect'] {
  return async (port, number): Promise<ConnectedClient> => {
    const client = await MongoWireClient.connect(port);
    if (number === 0) await prepare(client);
    let asked = number * 1009;
    return { once: () => request(client, (asked += 7919)), close: () => client.close() };
  };
}

function expectOne(answer: Document): void {
  const { firstBatch } = answer['cursor'] as { firstBatch: readonly unknown[] };
  if (firstBatch.length !== 1) throw new Error(`expected one document, got ${firstBatch.length}`);
}

/** Inserts under ids that no round before has used: the collection goes on from round to round. */
function insert(journal: boolean): Workload['connect'] {
  return async (port, number) => {
    const round = Date.now();
    const writeConcern = { w: 1, j: journal };
    return wire(async (client, count) => {
      const documents = [{ ...restaurant(count), _id: `${round}-${number}-${count}` }];
      await client.command({ insert: 'restaurants', documents, writeConcern, $db: DATABASE });
    })(port, number);
  };
}

const indexedFind: Workload = {
  title: 'find by an index, 16 connections',
  clients: 16,
  operationsPerRequest: 1,
  goal: { perSecond: 5000 },
  connect: wire(async (client, number) =>
    expectOne(
      await client.command({ find: 'restaurants', filter: { n: number % DOCUMENTS }, limit: 1, $db: DATABASE }),
    ),
  ),
};

const findWithDriver: Workload = {
  title: 'find by an index through the official driver, 16 at a time',
  clients: 16,
  operationsPerRequest: 1,
  connect: async (port, number) => {
    const client = await new MongoClient(`mongodb://127.0.0.1:${port}/`, { maxPoolSize: 1 }).connect();
    const restaurants = client.db(DATABASE).collection('restaurants');
    let asked = number * 1009;
    return {
      once: async () => {
        const found = await restaurants.findOne({ n: (asked += 7919) % DOCUMENTS });
        if (found === null) throw new Error('expected a document, got none');
      },
      close: () => client.close(),
    };
  },
};

const durableInsert: Workload = {
  title: 'insert, in the journal file before the answer, 16 connections',
  clients: 16,
  operationsPerRequest: 1,
  goal: { perSecond: 3000 },
  connect: insert(false),
};

const syncedInsert: Workload = {
  title: 'insert, on the disk before the answer (j: true), 16 connections',
  clients: 16,
  operationsPerRequest: 1,
  connect: insert(true),
};

const sortedPage: Workload = {
  title: 'find by a compound index, sorted, 20 documents, 16 connections',
  clients: 16,
  operationsPerRequest: 1,
  connect: wire(async (client, number) => {
    const find = { find: 'restaurants', filter: { city: `c${number % 50}` }, sort: { rating: -1 }, limit: 20 };
    await client.command({ ...find, $db: DATABASE });
  }),
};

async function answers(port: number): Promise<boolean> {
  try {
    const client = await MongoWireClient.connect(port);
    const { ok } = await client.command({ ping: 1, $db: 'admin' });
    await client.close();
    return ok === 1;
  } catch {
    return false;
  }
}

export const mongo: EngineBenchmark = {
  contenders,
  answers,
  workloads: [indexedFind, findWithDriver, sortedPage, durableInsert, syncedInsert],
  goals: { readyMs: 400, restMb: 90 },
};
