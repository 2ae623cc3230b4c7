import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startMongoServer } from './server.js';
import { spawnServer, temporaryFolder, type SpawnedServer } from './testing/spawn-server.test.js';

interface Counted {
  readonly _id: number;
  readonly round: number;
}

async function connected<T>(
  server: SpawnedServer | { readonly port: number },
  use: (client: MongoClient) => Promise<T>,
): Promise<T> {
  const client = await new MongoClient(`mongodb://127.0.0.1:${server.port}/`, {
    serverSelectionTimeoutMS: 2000,
  }).connect();
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const silent = () => undefined;
const started = (dataDir: string) => startMongoServer({ port: 0, host: '127.0.0.1', dataDir, logger: silent });

describe('a server killed at any moment', () => {
  it('has every write that it acknowledged, and its indexes, after each of several rounds', async () => {
    await using folder = await temporaryFolder();
    const acknowledged = new Set<number>();
    let next = 0;
    for (const round of [1, 2, 3, 4]) {
      await using server = await spawnServer(folder.path);
      await connected(server, async (client) => {
        const c = client.db('d').collection<Counted>('c');
        await c.createIndex({ round: 1 }, {}, {});
        const found = new Set((await c.find().toArray()).map(({ _id }) => _id));
        expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
        expect(await c.countDocuments({ round: { $lt: round } })).toBe(found.size);
        const writer = async () => {
          for (;;) {
            const id = next++;
            await c.insertOne({ _id: id, round });
            acknowledged.add(id);
            if (id % 7 === 0) await c.updateOne({ _id: id }, { $set: { touched: true } });
          }
        };
        const before = acknowledged.size;
        const writers = [writer(), writer(), writer()].map((running) => running.catch(silent));
        await expect
          .poll(() => acknowledged.size - before, { interval: 5, timeout: 20_000 })
          .toBeGreaterThan(100 * round);
        await server.stop('SIGKILL');
        await Promise.all(writers);
      });
    }
    expect(acknowledged.size).toBeGreaterThan(1000);
  });

  it('drops a half-written last record, and keeps what came before', async () => {
    await using folder = await temporaryFolder();
    {
      await using server = await started(folder.path);
      await connected(server, (client) =>
        client
          .db('d')
          .collection<{ _id: number }>('c')
          .insertMany([{ _id: 1 }, { _id: 2 }]),
      );
    }
    const journal = path.join(folder.path, 'journal-000001.qb');
    const { length } = await readFile(journal);
    await truncate(journal, length - 3);
    {
      await using server = await started(folder.path);
      await connected(server, async (client) => {
        const c = client.db('d').collection<{ _id: number }>('c');
        expect(await c.find().toArray()).toEqual([{ _id: 1 }]);
        await c.insertOne({ _id: 3 });
      });
    }
    await using server = await started(folder.path);
    expect(await connected(server, (client) => client.db('d').collection('c').countDocuments())).toBe(2);
  });

  it('refuses to start on a snapshot that is damaged, and says which file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'snapshot-000002.qb'), 'not a snapshot');
    await expect(started(folder.path)).rejects.toThrow(/journal frame at byte 0 of .*snapshot-000002/);
  });
});

describe('compaction', () => {
  it('rewrites a journal that is mostly history, and loses nothing', async () => {
    await using folder = await temporaryFolder();
    const filler = 'x'.repeat(200_000);
    {
      await using server = await started(folder.path);
      await connected(server, async (client) => {
        const c = client.db('d').collection<{ _id: number; n: number; filler: string }>('c');
        await c.createIndex({ n: 1 }, { unique: true }, {});
        await c.insertOne({ _id: 1, n: 0, filler });
        for (let n = 1; n <= 200; n += 1) await c.updateOne({ _id: 1 }, { $set: { n } });
        await expect.poll(() => readdir(folder.path)).toContain('snapshot-000002.qb');
        await c.insertOne({ _id: 2, n: 999, filler: '' });
      });
    }
    expect((await readdir(folder.path)).sort()).toEqual(['journal-000002.qb', 'snapshot-000002.qb']);
    await using server = await started(folder.path);
    await connected(server, async (client) => {
      const c = client.db('d').collection<{ _id: number; n: number }>('c');
      expect(await c.find({}, { projection: { filler: 0 } }).toArray()).toEqual([
        { _id: 1, n: 200 },
        { _id: 2, n: 999 },
      ]);
      await expect(c.insertOne({ _id: 3, n: 200 })).rejects.toMatchObject({ code: 11000 });
    });
  });
});

describe('a data folder', () => {
  it('is used by one server at a time, and taken over from a dead one', async () => {
    await using folder = await temporaryFolder();
    const first = await started(folder.path);
    await expect(started(folder.path)).rejects.toThrow(/is in use by process/);
    await first.close();
    await appendFile(path.join(folder.path, 'mongod.lock'), '999999999\n');
    const second = await started(folder.path);
    await second.close();
  });
});
