import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/index.js';
import { eventually, startEngine } from '../testing/index.js';
import type { StartedEngine } from '../testing/index.js';
import { connectBroker } from './broker.js';
import type { Broker } from './broker.js';
import { createEvent } from './envelope.js';
import type { EventEnvelope } from './envelope.js';
import { EVENTS_EXCHANGE } from './topology.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;

const updated = (): EventEnvelope =>
  createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) });

describe('a broker connection', () => {
  let engine: StartedEngine;
  const brokers: Broker[] = [];
  const url = (): string => `amqp://guest:guest@127.0.0.1:${engine.port}`;
  const open = (): Broker => {
    const broker = connectBroker({ url: url(), service: 'test', logger });
    brokers.push(broker);
    return broker;
  };

  beforeAll(async () => {
    engine = await startEngine('amqp');
  });
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  });
  afterAll(() => engine.stop());

  it('publishes an event persistently, by its type, with its id and trace', async () => {
    const admin = await connect(url());
    const channel = await admin.createChannel();
    await channel.assertExchange(EVENTS_EXCHANGE, 'topic', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, EVENTS_EXCHANGE, 'restaurant.*');
    const broker = open();
    const event = updated();
    await eventually(() => broker.publish(event));
    const message = await channel.get(queue, { noAck: true });
    await admin.close();
    if (!message) throw new Error('expected a message');
    expect(JSON.parse(message.content.toString())).toEqual(event);
    expect(message.fields.routingKey).toBe('restaurant.updated');
    expect(message.properties).toMatchObject({
      deliveryMode: 2,
      messageId: event.id,
      type: 'restaurant.updated',
      contentType: 'application/json',
      headers: { 'x-correlation-id': event.correlationId, traceparent: event.traceparent },
    });
  });

  it('leaves an event in the memory of the broker when it is told to', async () => {
    const admin = await connect(url());
    const channel = await admin.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, EVENTS_EXCHANGE, 'restaurant.*');
    let persistent = false;
    const broker = connectBroker({ url: url(), service: 'test', logger, persistent: () => persistent });
    brokers.push(broker);
    await eventually(() => broker.publish(updated()));
    persistent = true;
    await broker.publish(updated());
    const modes: unknown[] = [];
    for (const _ of [1, 2]) {
      const message = await channel.get(queue, { noAck: true });
      modes.push(message && message.properties.deliveryMode);
    }
    await admin.close();
    expect(modes).toEqual([1, 2]);
  });

  it('puts a message into one queue, persistently and past the exchange', async () => {
    const admin = await connect(url());
    const channel = await admin.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const broker = open();
    await eventually(() => broker.readiness.check());
    await broker.sendToQueue(queue, Buffer.from('parked once'), { messageId: 'm1', headers: { 'x-attempt': 1 } });
    const message = await channel.get(queue, { noAck: true });
    await admin.close();
    if (!message) throw new Error('expected a message');
    expect(message.content.toString()).toBe('parked once');
    expect(message.properties).toMatchObject({ deliveryMode: 2, messageId: 'm1', headers: { 'x-attempt': 1 } });
  });

  it('refuses to publish while the broker is away, and comes back when it does', async () => {
    const broker = open();
    await eventually(() => broker.readiness.check());
    await engine.kill();
    await eventually(() => expect(broker.readiness.check()).rejects.toThrow());
    await expect(broker.publish(updated())).rejects.toThrow('rabbitmq is away');
    await engine.restart();
    await eventually(() => broker.publish(updated()));
    await expect(broker.readiness.check()).resolves.toBeUndefined();
  });

  it('rejects what the broker died over before it confirmed', async () => {
    const broker = open();
    await eventually(() => broker.readiness.check());
    engine.pause();
    const publishing = broker.publish(updated());
    const outcome = expect(publishing).rejects.toThrow('channel closed');
    await engine.kill();
    await outcome;
    await engine.restart();
  });

  it('runs each set-up once on every connection, and is not ready before they are done', async () => {
    const broker = open();
    const log: string[] = [];
    let ready = (): void => undefined;
    const held = new Promise<void>((resolve) => (ready = resolve));
    await broker.onConnected(async () => {
      log.push('first');
      await held;
    });
    await broker.onConnected(() => {
      log.push('second');
      return Promise.resolve();
    });
    await eventually(() => expect(log).toEqual(['first']));
    await expect(broker.readiness.check()).rejects.toThrow('connecting');
    ready();
    await eventually(() => broker.readiness.check());
    expect(log).toEqual(['first', 'second']);
    await engine.kill();
    await engine.restart();
    await eventually(() => expect(log).toEqual(['first', 'second', 'first', 'second']));
  });

  it('opens a new connection when the broker closes its channel', async () => {
    const broker = open();
    let connections = 0;
    await broker.onConnected(async (connection) => {
      connections += 1;
      if (connections > 1) return;
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await channel.checkQueue(`missing.${randomUUID()}`);
    });
    await eventually(() => broker.readiness.check());
    expect(connections).toBe(2);
  });

  it('closes in time although the broker hangs', async () => {
    const broker = open();
    await eventually(() => broker.readiness.check());
    engine.pause();
    const started = performance.now();
    await broker.close();
    expect(performance.now() - started).toBeLessThan(3000);
    engine.resume();
  });

  it('closes while it cannot connect', async () => {
    await engine.kill();
    const broker = open();
    await eventually(() => expect(broker.readiness.check()).rejects.toThrow('ECONNREFUSED'));
    await broker.close();
    await engine.restart();
  });
});
