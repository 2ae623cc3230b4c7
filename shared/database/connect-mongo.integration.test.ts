import { randomUUID } from 'node:crypto';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEvent } from '../events/index.js';
import { createLogger } from '../logging/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectMongo, isDuplicateKey, mongoOutboxStore, mongoReadiness } from './index.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

describe('a connection to MongoDB', () => {
  let engine: StartedEngine;
  const connections: Connection[] = [];
  const open = async (): Promise<Connection> => {
    const url = `mongodb://127.0.0.1:${engine.port}/test`;
    const connection = await connectMongo({ url, service: 'test', logger });
    connections.push(connection);
    return connection;
  };

  beforeAll(async () => {
    engine = await startEngine('mongo');
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => engine.stop());

  it('waits for a server that comes later than the service', async () => {
    await engine.kill();
    const opening = open();
    await engine.restart();
    await expect(mongoReadiness(await opening).check()).resolves.toBeUndefined();
  });

  it('is unready within a second or so while the server hangs, and ready again afterwards', async () => {
    const readiness = mongoReadiness(await open());
    await readiness.check();
    engine.pause();
    const started = performance.now();
    await expect(readiness.check()).rejects.toThrow('no answer to a ping within 1000 ms');
    expect(performance.now() - started).toBeLessThan(3500);
    engine.resume();
    await eventually(() => readiness.check());
  });

  it('tells a taken unique key from other failures', async () => {
    const connection = await open();
    const model = connection.model('Thing', new Schema({ name: { type: String, unique: true, required: true } }));
    await model.createIndexes();
    const name = randomUUID();
    await model.create({ name });
    const taken: unknown = await model.create({ name }).catch((error: unknown) => error);
    expect(isDuplicateKey(taken)).toBe(true);
    const invalid: unknown = await model.create({}).catch((error: unknown) => error);
    expect(isDuplicateKey(invalid)).toBe(false);
    expect(isDuplicateKey(undefined)).toBe(false);
  });

  it('finds the documents with waiting events, in order, and removes an event alone', async () => {
    const connection = await open();
    const orders = connection.collection<{ outbox: unknown[] }>('orders');
    await orders.createIndex({ 'outbox.id': 1 }, {}, {});
    const event = () => createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) });
    const [first, second] = [event(), event()];
    await orders.insertOne({ outbox: [] });
    const { insertedId } = await orders.insertOne({ outbox: [first, second] });
    const store = mongoOutboxStore(connection, 'orders');
    const documentId = insertedId.toHexString();
    expect(await store.pending(10)).toEqual([{ documentId, events: [first, second] }]);
    await store.remove(documentId, first.id);
    expect(await store.pending(10)).toEqual([{ documentId, events: [second] }]);
    await store.remove(documentId, second.id);
    expect(await store.pending(10)).toEqual([]);
  });
});
