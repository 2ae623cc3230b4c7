import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectBroker } from './broker.js';
import type { Broker } from './broker.js';
import { startConsumer } from './consumer.js';
import { createEvent } from './envelope.js';
import { collectParked, replayParked } from './parked-messages.js';
import type { ParkedMessage } from './parked-messages.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;
const QUEUE = 'test.parked';

describe('parked messages', () => {
  let engine: StartedEngine;
  let broker: Broker;
  const url = (): string => `amqp://guest:guest@127.0.0.1:${engine.port}`;

  beforeAll(async () => {
    engine = await startEngine('amqp');
    broker = connectBroker({ url: url(), service: 'test', logger });
  });
  afterAll(async () => {
    await broker.close();
    await engine.stop();
  });

  it('stay parked until they are kept, and can be put back as if they had never been tried', async () => {
    const attempts: number[] = [];
    const consumer = await startConsumer(broker, {
      queue: QUEUE,
      bindings: ['restaurant.updated'],
      retryDelaysMs: [1],
      logger,
      metrics: createMetrics('test'),
      handle(_event, { attempt }) {
        attempts.push(attempt);
        return Promise.reject(new RangeError('the soup is cold'));
      },
    });
    const kept: ParkedMessage[] = [];
    let refusals = 2;
    const collector = await collectParked(broker, {
      queue: QUEUE,
      logger,
      keep(message) {
        if (refusals-- > 0) return Promise.reject(new Error('the shelf is full'));
        kept.push(message);
        return Promise.resolve();
      },
    });
    await eventually(() => broker.readiness.check());
    const event = createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) });
    await broker.publish(event);
    await eventually(() => expect(kept).toHaveLength(1));
    const [first] = kept;
    expect(refusals).toBe(-1);
    expect(first).toMatchObject({
      key: `${event.id}:0`,
      queue: QUEUE,
      messageId: event.id,
      type: 'restaurant.updated',
      correlationId: event.correlationId,
      reason: 'RangeError: the soup is cold',
      attempts: 2,
      replays: 0,
    });
    expect(JSON.parse(first?.body ?? '')).toEqual(event);

    if (first) await replayParked(broker, first);
    await eventually(() => expect(kept).toHaveLength(2));
    expect(attempts).toEqual([1, 2, 1, 2]);
    expect(kept[1]).toMatchObject({
      key: `${event.id}:1`,
      attempts: 2,
      replays: 1,
      correlationId: event.correlationId,
    });
    await collector.drain();
    await consumer.drain();
    const admin = await connect(url());
    const channel = await admin.createChannel();
    expect((await channel.checkQueue(`${QUEUE}.dead`)).messageCount).toBe(0);
    await admin.close();
  });
});
