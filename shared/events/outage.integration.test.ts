import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMongo } from '../database/index.js';
import { AppError } from '../errors/index.js';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectBroker } from './broker.js';
import type { Broker } from './broker.js';
import { startConsumer } from './consumer.js';
import type { StartedConsumer } from './consumer.js';
import { createEvent } from './envelope.js';
import { isOutage } from './outage.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;
const metrics = createMetrics('test');
const MESSAGES = 5;

describe('a consumer whose database goes away', () => {
  let mongo: StartedEngine;
  let amqp: StartedEngine;
  let database: Connection;
  let broker: Broker;
  let consumer: StartedConsumer;

  beforeAll(async () => {
    [mongo, amqp] = await Promise.all([startEngine('mongo'), startEngine('amqp')]);
    database = await connectMongo({ url: `mongodb://127.0.0.1:${mongo.port}/test`, service: 'test', logger });
    broker = connectBroker({ url: `amqp://guest:guest@127.0.0.1:${amqp.port}`, service: 'test', logger });
    const seen = database.model('Seen', new mongoose.Schema({ _id: String }));
    consumer = await startConsumer(broker, {
      queue: 'test.outage',
      bindings: ['restaurant.updated'],
      // A counted attempt would be the last but one.
      retryDelaysMs: [1],
      logger,
      metrics,
      async handle(event) {
        await seen.updateOne({ _id: event.id }, {}, { upsert: true });
        return 'processed';
      },
    });
    await eventually(() => broker.readiness.check());
  });
  afterAll(async () => {
    await consumer.drain();
    await broker.close();
    await database.close();
    await Promise.all([mongo.stop(), amqp.stop()]);
  });

  async function publish(count: number): Promise<readonly string[]> {
    const events = Array.from({ length: count }, () =>
      createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) }),
    );
    await Promise.all(events.map((event) => broker.publish(event)));
    return events.map(({ id }) => id);
  }
  const outcomes = async (outcome: string): Promise<number> =>
    (await metrics.messages.get()).values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
  const stored = async (ids: readonly string[]): Promise<number> =>
    database.collection<{ _id: string }>('seens').countDocuments({ _id: { $in: [...ids] } });

  it.each(['dies', 'hangs'])(
    'waits when it %s, and handles everything when it is back',
    async (how) => {
      const before = await outcomes('postponed');
      if (how === 'dies') await mongo.kill();
      else mongo.pause();
      const ids = await publish(MESSAGES);
      // Each message more often than it may fail.
      await eventually(async () => expect(await outcomes('postponed')).toBeGreaterThan(before + 2 * MESSAGES), {
        withinMs: 40_000,
      });
      if (how === 'dies') await mongo.restart();
      else mongo.resume();
      await eventually(async () => expect(await stored(ids)).toBe(MESSAGES), { withinMs: 20_000 });
      expect(await outcomes('retried')).toBe(0);
      expect(await outcomes('parked')).toBe(0);
    },
    60_000,
  );
});

describe('an error', () => {
  const ended = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
  it.each([
    [Object.assign(new Error('no server'), { name: 'MongoServerSelectionError' }), true],
    [Object.assign(new Error('shutting down'), { name: 'MongoServerError', code: 91 }), true],
    [new Error('wrapped', { cause: Object.assign(new Error('cut'), { name: 'MongoNetworkError' }) }), true],
    [ended, true],
    [new AppError('upstream-unreachable', 'no user-service', { cause: ended }), false],
    [Object.assign(new Error('no such file'), { code: 'ENOENT' }), false],
    [Object.assign(new Error('E11000'), { name: 'MongoServerError', code: 11000 }), false],
    [new TypeError('the message is to blame'), false],
    ['a text', false],
  ])('says whether something is away: %s', (error, expected) => {
    expect(isOutage(error)).toBe(expected);
  });
});
