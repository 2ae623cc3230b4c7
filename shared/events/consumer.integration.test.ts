import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectBroker } from './broker.js';
import type { Broker } from './broker.js';
import { startConsumer } from './consumer.js';
import type { ConsumerOptions, StartedConsumer } from './consumer.js';
import { createEvent } from './envelope.js';
import type { EventEnvelope } from './envelope.js';
import { OutageError } from './outage.js';
import { DEAD_LETTER_EXCHANGE, EVENTS_EXCHANGE, deadQueue } from './topology.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

const updated = (): EventEnvelope =>
  createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) });

describe('a consumer', () => {
  let engine: StartedEngine;
  let admin: ChannelModel;
  const brokers: Broker[] = [];
  const url = (): string => `amqp://guest:guest@127.0.0.1:${engine.port}`;

  async function connectAdmin(): Promise<ChannelModel> {
    const connection = await connect(url());
    connection.on('error', () => undefined);
    return connection;
  }

  beforeAll(async () => {
    engine = await startEngine('amqp');
    admin = await connectAdmin();
  });
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  });
  afterAll(async () => {
    await admin.close();
    await engine.stop();
  });

  async function consume(
    handle: ConsumerOptions['handle'],
    options: Partial<ConsumerOptions> = {},
  ): Promise<{ broker: Broker; consumer: StartedConsumer; queue: string; metrics: ReturnType<typeof createMetrics> }> {
    const broker = connectBroker({ url: url(), service: 'test', logger });
    brokers.push(broker);
    const queue = options.queue ?? `test.${randomUUID()}`;
    const metrics = createMetrics('test');
    const consumer = await startConsumer(broker, {
      queue,
      bindings: ['restaurant.updated'],
      retryDelaysMs: [20, 60],
      logger,
      metrics,
      handle,
      ...options,
    });
    await eventually(() => broker.readiness.check());
    return { broker, consumer, queue, metrics };
  }

  const depth = async (queue: string): Promise<number> => {
    const channel = await admin.createChannel();
    const { messageCount } = await channel.checkQueue(queue);
    await channel.close();
    return messageCount;
  };

  it('acknowledges what it has handled', async () => {
    const seen: EventEnvelope[] = [];
    const { broker, consumer, queue } = await consume((event) => {
      seen.push(event);
      return Promise.resolve('processed');
    });
    const event = updated();
    await broker.publish(event);
    await eventually(() => expect(seen).toEqual([event]));
    await consumer.drain();
    await broker.close();
    expect(await depth(queue)).toBe(0);
  });

  it('tries a failed message again after each pause, with the same content', async () => {
    const attempts: { at: number; id: string }[] = [];
    const { broker, queue } = await consume((event) => {
      attempts.push({ at: performance.now(), id: event.id });
      return attempts.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('processed');
    });
    const event = updated();
    await broker.publish(event);
    await eventually(() => expect(attempts).toHaveLength(3));
    const [first, second, third] = attempts as [(typeof attempts)[0], (typeof attempts)[0], (typeof attempts)[0]];
    expect(new Set(attempts.map(({ id }) => id))).toEqual(new Set([event.id]));
    expect(second.at - first.at).toBeGreaterThanOrEqual(19);
    expect(third.at - second.at).toBeGreaterThanOrEqual(59);
    expect(await depth(deadQueue(queue))).toBe(0);
  });

  it('parks a message that keeps failing, with the reason and the number of attempts', async () => {
    let attempts = 0;
    const { broker, queue, metrics } = await consume(() => {
      attempts += 1;
      return Promise.reject(new RangeError('the soup is cold'));
    });
    const event = updated();
    await broker.publish(event);
    await eventually(async () => expect(await depth(deadQueue(queue))).toBe(1));
    expect(attempts).toBe(3);
    const channel = await admin.createChannel();
    const parked = await channel.get(deadQueue(queue), { noAck: true });
    await channel.close();
    if (!parked) throw new Error('expected a parked message');
    expect(JSON.parse(parked.content.toString())).toEqual(event);
    expect(parked.properties.messageId).toBe(event.id);
    expect(parked.properties.deliveryMode).toBe(2);
    expect(parked.properties.headers).toMatchObject({
      'x-failure-reason': 'RangeError: the soup is cold',
      'x-correlation-id': event.correlationId,
    });
    // It is counted when the broker has confirmed it, which is after it is there.
    await eventually(async () => {
      const counted = (await metrics.messages.get()).values.map(({ labels, value }) => [labels.outcome, value]);
      expect(counted).toEqual([
        ['retried', 2],
        ['parked', 1],
      ]);
    });
  });

  it('puts a failed message back at once when it is told to, ahead of the others and uncounted', async () => {
    const poison = updated();
    const seen: { id: string; attempt: number }[] = [];
    let cured = false;
    const { broker, queue, metrics } = await consume(
      (event, { attempt }) => {
        seen.push({ id: event.id, attempt });
        return event.id === poison.id && !cured ? Promise.reject(new Error('poison')) : Promise.resolve('processed');
      },
      { prefetch: 1, onFailure: () => 'requeue' },
    );
    await broker.publish(poison);
    const next = updated();
    await broker.publish(next);
    // More often than a message is retried at all.
    await eventually(() => expect(seen.length).toBeGreaterThan(20));
    expect(seen.every(({ id, attempt }) => id === poison.id && attempt === 1)).toBe(true);
    cured = true;
    await eventually(() => expect(seen.at(-1)?.id).toBe(next.id));
    expect(await depth(deadQueue(queue))).toBe(0);
    const outcomes = (await metrics.messages.get()).values.map(({ labels }) => labels.outcome);
    expect(new Set(outcomes)).toEqual(new Set(['requeued', 'processed']));
  });

  it('parks a body that is not an event at once, and goes on with the next message', async () => {
    const seen: string[] = [];
    const { broker, queue } = await consume((event) => {
      seen.push(event.id);
      return Promise.resolve('processed');
    });
    const channel = await admin.createConfirmChannel();
    channel.publish(EVENTS_EXCHANGE, 'restaurant.updated', Buffer.from('{"half":'));
    channel.publish(EVENTS_EXCHANGE, 'restaurant.updated', Buffer.from('{"id":"no event"}'));
    await channel.waitForConfirms();
    await channel.close();
    const event = updated();
    await broker.publish(event);
    await eventually(() => expect(seen).toEqual([event.id]));
    await eventually(async () => expect(await depth(deadQueue(queue))).toBe(2));
  });

  it('handles a message again whose connection was cut before it was acknowledged', async () => {
    let attempts = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { broker, queue } = await consume(async () => {
      attempts += 1;
      if (attempts === 1) await held;
      return 'processed';
    });
    await broker.publish(updated());
    await eventually(() => expect(attempts).toBe(1));
    await engine.kill();
    await engine.restart();
    admin = await connectAdmin();
    await eventually(() => expect(attempts).toBe(2));
    release();
    await eventually(async () => expect(await depth(queue)).toBe(0));
  });

  it('sets itself up again when the broker takes its queue away', async () => {
    const seen: string[] = [];
    const { broker, queue } = await consume((event) => {
      seen.push(event.id);
      return Promise.resolve('processed');
    });
    const channel = await admin.createChannel();
    await channel.deleteQueue(queue);
    await channel.close();
    const event = updated();
    await eventually(async () => {
      await broker.publish(event);
      expect(seen).toContain(event.id);
    });
  });

  it('takes no more messages while it drains, and waits for the one in work', async () => {
    const log: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { broker, consumer, queue } = await consume(
      async () => {
        log.push('begun');
        await held;
        log.push('done');
        return 'processed';
      },
      { prefetch: 1 },
    );
    await broker.publish(updated());
    await eventually(() => expect(log).toEqual(['begun']));
    await broker.publish(updated());
    const drained = consumer.drain().then(() => log.push('drained'));
    release();
    await drained;
    expect(log).toEqual(['begun', 'done', 'drained']);
    await broker.close();
    expect(await depth(queue)).toBe(1);
  });

  it('keeps no more messages in work than its prefetch', async () => {
    let inWork = 0;
    let most = 0;
    let done = 0;
    const { broker } = await consume(
      async () => {
        inWork += 1;
        most = Math.max(most, inWork);
        await new Promise((resolve) => setImmediate(resolve));
        inWork -= 1;
        done += 1;
        return 'processed';
      },
      { prefetch: 2 },
    );
    await Promise.all(Array.from({ length: 20 }, () => broker.publish(updated())));
    await eventually(() => expect(done).toBe(20));
    expect(most).toBe(2);
  });

  it('takes a new prefetch when it is started again, and forgets nothing', async () => {
    let prefetch = 1;
    let inWork = 0;
    let most = 0;
    let done = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { broker, consumer, queue } = await consume(
      async () => {
        inWork += 1;
        most = Math.max(most, inWork);
        await held;
        inWork -= 1;
        done += 1;
        return 'processed';
      },
      { prefetch: () => prefetch },
    );
    await Promise.all(Array.from({ length: 5 }, () => broker.publish(updated())));
    await eventually(() => expect(inWork).toBe(1));
    prefetch = 3;
    await consumer.restart();
    await eventually(() => expect(inWork).toBe(4));
    release();
    await eventually(() => expect(done).toBe(5));
    await consumer.drain();
    expect(await depth(queue)).toBe(0);
  });

  it('counts no attempt and parks nothing while something that it needs is away', async () => {
    const attempts: number[] = [];
    let away = true;
    const { broker, queue, metrics } = await consume((_event, { attempt }) => {
      attempts.push(attempt);
      return away
        ? Promise.reject(new Error('not recorded', { cause: new OutageError('the database is away') }))
        : Promise.resolve('processed');
    });
    await broker.publish(updated());
    // More often than a message that is to blame is tried.
    await eventually(() => expect(attempts.length).toBeGreaterThan(3));
    away = false;
    await eventually(async () => {
      const outcomes = (await metrics.messages.get()).values.map(({ labels }) => labels.outcome);
      expect(outcomes).toEqual(['postponed', 'processed']);
    });
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(await depth(queue)).toBe(0);
    expect(await depth(deadQueue(queue))).toBe(0);
  });

  it('leaves its messages to another instance while it pauses', async () => {
    const queue = `test.${randomUUID()}`;
    const seen: string[] = [];
    const { broker } = await consume(() => Promise.reject(new OutageError('away')), { queue });
    await consume(
      (event) => {
        seen.push(event.id);
        return Promise.resolve('processed');
      },
      { queue },
    );
    const events = Array.from({ length: 10 }, updated);
    await Promise.all(events.map((event) => broker.publish(event)));
    await eventually(() => expect(new Set(seen)).toEqual(new Set(events.map(({ id }) => id))));
  });

  it('gives up a retry queue that exists with another pause, and says so in its readiness', async () => {
    const { queue, broker } = await consume(() => Promise.resolve('processed'));
    await broker.close();
    const second = connectBroker({ url: url(), service: 'test', logger });
    brokers.push(second);
    await startConsumer(second, {
      queue,
      bindings: [],
      retryDelaysMs: [999],
      logger,
      metrics: createMetrics('test'),
      handle: () => Promise.resolve('processed'),
    });
    await eventually(() => expect(second.readiness.check()).rejects.toThrow(/PRECONDITION.FAILED/i));
  });

  it('has the dead-letter exchange route a rejected message to its parking queue', async () => {
    const { queue } = await consume(() => Promise.resolve('processed'));
    const channel = await admin.createConfirmChannel();
    channel.publish(DEAD_LETTER_EXCHANGE, queue, Buffer.from('x'));
    await channel.waitForConfirms();
    await channel.close();
    expect(await depth(deadQueue(queue))).toBe(1);
  });
});
