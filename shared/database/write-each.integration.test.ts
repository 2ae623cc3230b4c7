import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOutage } from '../events/index.js';
import { createLogger } from '../logging/index.js';
import { startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { BatchError, connectMongo, insertEach, updateEach } from './index.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

describe('several writes in one command', () => {
  let engine: StartedEngine;
  let connection: Connection;

  beforeAll(async () => {
    engine = await startEngine('mongo');
    connection = await connectMongo({ url: `mongodb://127.0.0.1:${engine.port}/test`, service: 'test', logger });
  });
  afterAll(async () => {
    await connection.close();
    await engine.stop();
  });

  it('tell what was inserted from what was there', async () => {
    const dishes = connection.collection<{ _id: string }>('dishes');
    await dishes.insertOne({ _id: 'soup' });
    const documents = ['pasta', 'soup', 'cake', 'cake'].map((_id) => ({ _id, note: undefined }));
    expect(await insertEach(connection, 'dishes', documents)).toEqual([true, false, true, false]);
    expect(await dishes.find().sort({ _id: 1 }).toArray()).toEqual(['cake', 'pasta', 'soup'].map((_id) => ({ _id })));
  });

  it('tell which update failed, and make the others', async () => {
    const prices = connection.collection<{ _id: string; amount: number | string }>('prices');
    await prices.insertMany([
      { _id: 'soup', amount: 5 },
      { _id: 'cake', amount: 'expensive' },
    ]);
    const raise = (_id: string) => ({ q: { _id }, u: { $inc: { amount: 1 } }, upsert: true });
    const results = await updateEach<{ _id: string; amount: number }>(
      connection,
      'prices',
      ['soup', 'cake', 'tea'].map(raise),
    );
    expect([results[0], results[2]]).toEqual([true, true]);
    expect(results[1]).toBeInstanceOf(BatchError);
    expect((results[1] as BatchError).cause).toMatchObject({ name: 'MongoServerError', code: 14 });
    expect(await prices.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'cake', amount: 'expensive' },
      { _id: 'soup', amount: 6 },
      { _id: 'tea', amount: 1 },
    ]);
  });

  it('fail as a single one does when the database is away', async () => {
    await engine.kill();
    try {
      const error: unknown = await insertEach(connection, 'orders', [{ a: 1 }]).catch((thrown: unknown) => thrown);
      expect(isOutage(error), String(error)).toBe(true);
    } finally {
      await engine.restart();
    }
  });
});
