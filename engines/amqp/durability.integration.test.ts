import { connect } from 'amqplib';
import type { ChannelModel, GetMessage, Options } from 'amqplib';
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';
import { expectSoon } from './expect-soon.test.js';

describe('durability', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: BrokerProcess;
  let connection: ChannelModel;

  async function start(): Promise<void> {
    broker = await BrokerProcess.start(folder.path);
    connection = await connect(broker.url);
    connection.on('error', () => undefined);
  }

  async function crash(): Promise<void> {
    await broker.stop('SIGKILL');
  }

  async function publish(queue: string, texts: readonly string[], options: Options.Publish = { persistent: true }) {
    const channel = await connection.createConfirmChannel();
    for (const text of texts) channel.sendToQueue(queue, Buffer.from(text), options);
    await channel.waitForConfirms();
    await channel.close();
  }

  async function drain(queue: string): Promise<GetMessage[]> {
    const channel = await connection.createChannel();
    const messages: GetMessage[] = [];
    for (let next = await channel.get(queue); next; next = await channel.get(queue)) messages.push(next);
    channel.ackAll();
    await channel.close();
    return messages;
  }

  const textsOf = (messages: readonly GetMessage[]) => messages.map(({ content }) => content.toString());
  const journal = () => path.join(folder.path, 'journal.log');

  beforeEach(async () => {
    folder = temporaryFolder();
    await start();
  });

  afterEach(async () => {
    await broker.stop();
    folder.remove();
  });

  it('loses no confirmed message over kill -9 under load, twice, and brings back no acknowledged one', async () => {
    const confirmed = new Set<string>();
    const acknowledged = new Set<string>();
    let published = 0;
    for (let round = 0; round < 2; round += 1) {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      await channel.assertQueue('work', { durable: true });
      const load = new AbortController();
      const consumer = await connection.createChannel();
      consumer.on('error', () => undefined);
      await consumer.prefetch(20);
      await consumer.consume('work', (message) => {
        // Every third is acknowledged; the others stay unacknowledged until the crash.
        if (!message || Number(message.content) % 3 !== 0) return;
        acknowledged.add(message.content.toString());
        consumer.ack(message);
      });
      const publishing = (async () => {
        while (!load.signal.aborted) {
          const text = String((published += 1));
          channel.sendToQueue('work', Buffer.from(text), { persistent: true }, (error: unknown) => {
            if (!error) confirmed.add(text);
          });
          if (published % 50 === 0) await delay(1);
        }
      })().catch(() => undefined);
      const before = confirmed.size;
      await expectSoon(() => confirmed.size - before).toBeGreaterThan(500);
      await crash();
      load.abort();
      await publishing;
      await start();
    }
    const left = textsOf(await drain('work'));
    expect(new Set(left).size).toBe(left.length);
    expect(left.map(Number)).toEqual(left.map(Number).sort((a, b) => a - b));
    const lost = [...confirmed].filter((text) => !acknowledged.has(text) && !left.includes(text));
    expect(lost).toEqual([]);
    // An ack has no answer, so those sent just before a crash may be lost; those before that may not.
    expect(left.filter((text) => acknowledged.has(text)).length).toBeLessThan(2 * 20);
  });

  it('keeps durable exchanges, queues and bindings, and nothing that is not durable', async () => {
    const channel = await connection.createChannel();
    await channel.assertExchange('kept', 'topic', { durable: true });
    await channel.assertExchange('behind', 'fanout', { durable: true });
    await channel.assertExchange('gone', 'topic', { durable: false });
    await channel.assertQueue('kept', { durable: true, arguments: { 'x-max-length': 5 } });
    await channel.assertQueue('gone', { durable: false });
    await channel.assertQueue('exclusive', { durable: true, exclusive: true });
    await channel.assertQueue('deleted', { durable: true });
    await channel.bindExchange('behind', 'kept', 'a.*');
    await channel.bindQueue('kept', 'behind', '');
    await channel.bindQueue('kept', 'kept', 'unbound');
    await channel.unbindQueue('kept', 'kept', 'unbound');
    await channel.deleteQueue('deleted');
    await publish('kept', ['persistent']);
    await publish('kept', ['transient'], { persistent: false });
    await crash();
    await start();
    const after = await connection.createConfirmChannel();
    await after.assertQueue('kept', { durable: true, arguments: { 'x-max-length': 5 } });
    after.publish('kept', 'a.b', Buffer.from('routed'));
    after.publish('kept', 'unbound', Buffer.from('not routed'));
    await after.waitForConfirms();
    expect(textsOf(await drain('kept'))).toEqual(['persistent', 'routed']);
    for (const queue of ['gone', 'exclusive', 'deleted']) {
      const probe = await connection.createChannel();
      probe.on('error', () => undefined);
      await expect(probe.checkQueue(queue)).rejects.toThrow('NOT_FOUND');
    }
    const probe = await connection.createChannel();
    probe.on('error', () => undefined);
    await expect(probe.checkExchange('gone')).rejects.toThrow('NOT_FOUND');
  });

  it('marks as redelivered what had been delivered before the crash', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue('q', { durable: true });
    await publish('q', ['delivered', 'waiting']);
    await channel.get('q');
    await publish('q', ['later']);
    await crash();
    await start();
    expect((await drain('q')).map(({ fields }) => fields.redelivered)).toEqual([true, false, false]);
  });

  it('keeps a message in the queues that have not settled it, with its properties', async () => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('a', { durable: true });
    await channel.assertQueue('b', { durable: true });
    for (const queue of ['a', 'b']) await channel.bindQueue(queue, 'amq.fanout', '');
    channel.publish('amq.fanout', 'k', Buffer.from('1'), { persistent: true, headers: { h: 1 }, messageId: 'm' });
    await channel.waitForConfirms();
    await drain('a');
    await publish('b', ['2']);
    await crash();
    await start();
    expect(await drain('a')).toEqual([]);
    const [first, second] = await drain('b');
    expect(first?.properties).toMatchObject({ headers: { h: 1 }, messageId: 'm', deliveryMode: 2 });
    expect(first?.fields).toMatchObject({ exchange: 'amq.fanout', routingKey: 'k' });
    expect(second?.content.toString()).toBe('2');
  });

  it('goes on counting the time to live over a restart', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue('dead', { durable: true });
    const options = { durable: true, messageTtl: 300, deadLetterExchange: '', deadLetterRoutingKey: 'dead' };
    await channel.assertQueue('q', options);
    await publish('q', ['1']);
    await crash();
    await start();
    const after = await connection.createChannel();
    await expectSoon(async () => (await after.checkQueue('dead')).messageCount).toBe(1);
    await crash();
    await start();
    expect(textsOf(await drain('dead'))).toEqual(['1']);
    expect(await drain('q')).toEqual([]);
  });

  it.each([
    ['garbage at the end', () => appendFileSync(journal(), Buffer.from([0, 0, 0, 9, 1, 2, 3, 4, 5]))],
    ['a last record cut in half', () => truncateSync(journal(), statSync(journal()).size - 3)],
  ])('starts after a torn write (%s), with what is whole', async (_what, tear) => {
    const channel = await connection.createChannel();
    await channel.assertQueue('q', { durable: true });
    await publish('q', ['1', '2']);
    const whole = statSync(journal()).size;
    await publish('q', ['3']);
    const cut = statSync(journal()).size > whole;
    expect(cut).toBe(true);
    await crash();
    tear();
    await start();
    expect(textsOf(await drain('q')).slice(0, 2)).toEqual(['1', '2']);
    await (await connection.createChannel()).assertQueue('q', { durable: true });
    await publish('q', ['4']);
    await crash();
    await start();
    expect(textsOf(await drain('q'))).toEqual(['4']);
  });

  it('rewrites a journal that is mostly settled, and loses nothing by it', async () => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('kept', { durable: true });
    await channel.assertQueue('busy', { durable: true });
    await channel.bindQueue('kept', 'amq.topic', 'keep.#');
    await publish('kept', ['first', 'second']);
    await channel.consume('busy', () => undefined, { noAck: true });
    const body = Buffer.alloc(64 * 1024);
    for (let sent = 0; sent < 600; sent += 1) {
      channel.sendToQueue('busy', body, { persistent: true });
      if (sent % 50 === 0) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
    expect(statSync(journal()).size).toBeLessThan(20 * 1024 * 1024);
    await publish('kept', ['third']);
    await crash();
    await start();
    const after = await connection.createConfirmChannel();
    after.publish('amq.topic', 'keep.it', Buffer.from('fourth'));
    await after.waitForConfirms();
    expect(textsOf(await drain('kept'))).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('writes everything and exits with 0 on SIGTERM', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue('q', { durable: true });
    for (let i = 0; i < 100; i += 1) channel.sendToQueue('q', Buffer.from(String(i)), { persistent: true });
    await expectSoon(async () => (await channel.checkQueue('q')).messageCount).toBe(100);
    expect(await broker.stop('SIGTERM')).toBe(0);
    expect(readFileSync(journal()).subarray(0, 7).toString()).toBe('QBAMQP1');
    await start();
    expect(await drain('q')).toHaveLength(100);
  });
});
