import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEvent } from '../events/index.js';
import { createKnobs, knob } from '../knobs/index.js';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectMongo, isDuplicateKey, mongoOutboxStore, mongoReadiness } from './index.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

/** Passes connections on, and ends them all in good order, one directly after the other. */
async function startRelay(to: number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  const open = (port: number): Promise<void> =>
    new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve));
  await open(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected the relay to listen on a port');
  const { port } = address;
  return {
    port,
    open: () => open(port),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          socket.end();
          setTimeout(() => socket.destroy(), 50);
        }
      }),
  };
}

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

  it('is ready again after all its connections were ended at once and refused for a while', async () => {
    const relay = await startRelay(engine.port);
    try {
      const connection = await connectMongo({ url: `mongodb://127.0.0.1:${relay.port}/test`, service: 'test', logger });
      connections.push(connection);
      const readiness = mongoReadiness(connection);
      await readiness.check();
      // The driver looks after its server at once if it has not done so for half a second.
      await delay(700);
      const closing = relay.close();
      await expect(connection.collection('things').findOne({}, {})).rejects.toThrow();
      await closing;
      await relay.open();
      await eventually(() => readiness.check(), { withinMs: 20_000 });
    } finally {
      await relay.close();
    }
  });

  it('takes another pool while it runs, and bounds how long an operation waits for a connection', async () => {
    const knobs = createKnobs({ size: knob(z.int(), 100, ''), waitMs: knob(z.int(), 0, '') });
    const metrics = createMetrics('test');
    const connection = await connectMongo({
      url: `mongodb://127.0.0.1:${engine.port}/test`,
      service: 'test',
      logger,
      metrics,
      pool: {
        settings: () => ({ maxSize: knobs.get('size'), waitMs: knobs.get('waitMs') }),
        onChange: (listener) => knobs.onChange(listener),
      },
    });
    connections.push(connection);
    const gauge = async (name: string): Promise<number | undefined> =>
      Number(new RegExp(`^mongo_pool_${name}\\S* (\\S+)$`, 'm').exec(await metrics.registry.metrics())?.[1]);
    const things = connection.collection('things');
    await things.findOne({}, {});
    expect(await gauge('max_connections')).toBe(100);

    knobs.set({ size: 1, waitMs: 200 });
    await knobs.settled();
    expect(await gauge('max_connections')).toBe(1);
    await things.findOne({}, {});

    engine.pause();
    const first = things.findOne({}, {});
    await eventually(async () => expect(await gauge('checked_out')).toBe(1));
    await expect(things.findOne({}, {})).rejects.toMatchObject({ name: 'MongoWaitQueueTimeoutError' });
    expect(await gauge('checkout_failures_total')).toBe(1);
    expect(await gauge('wait_queue')).toBe(0);
    engine.resume();
    await first;
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
